using System.Diagnostics.CodeAnalysis;

namespace Tenancy.Attacks;

/// <summary>Every attack in every way it can be sent: no row of another tenant's, and only refusals of ours.</summary>
/// <typeparam name="TPlace">The class itself, which says where.</typeparam>
public abstract class MatrixTests<TPlace> : IAsyncLifetime where TPlace : IMatrixPlace
{
    /// <summary>These are run whole; of the others another part in each, so that together they have run every way.</summary>
    const int Whole = 3;

    static readonly Lazy<Task<Arena>> Started = new(() => Arena.StartAsync(Here));

    Arena _arena = null!;

    static Surroundings Here => Surroundings.All[TPlace.Index];

    [SuppressMessage("Design", "CA1000", Justification = "MemberData asks for it.")]
    public static TheoryData<string> Ways => [.. Part(Way.All.Select(way => way.Name))];

    [SuppressMessage("Design", "CA1000", Justification = "MemberData asks for it.")]
    public static TheoryData<string> Contexts => [.. Part(Context.All.Select(context => context.Name))];

    static IEnumerable<string> Part(IEnumerable<string> all)
    {
        var parts = Math.Min(Surroundings.All.Count - Whole, all.Count());
        return all.Where((_, i) => TPlace.Index < Whole || i % parts == TPlace.Index % parts || Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1");
    }

    [Theory, MemberData(nameof(Ways))]
    public Task Inside_a_statement(string way) => RunAsync(
        Way.All.Single(one => one.Name == way), InsideAttacks.All, text => Context.Literal.Sql(text));

    [Theory, MemberData(nameof(Contexts))]
    public Task Wherever_in_a_statement_it_lands(string context) => RunAsync(
        CommandWays.All[0], InsideAttacks.All, text => Context.All.Single(one => one.Name == context).Sql(text), checkAfterEach: true);

    [Theory, MemberData(nameof(Ways))]
    public async Task As_statements_of_their_own(string name)
    {
        var way = Way.All.Single(one => one.Name == name);
        await RunAsync(way, WholeAttacks.Sent, text => text);
        if (ExtensionWays.IsUnguarded(way))
            return;
        await RunAsync(way, WholeAttacks.Refused, text => text);
        await RunAsync(way, WholeAttacks.Stacked, Context.Stacked);
    }

    public async Task InitializeAsync() => _arena = await Started.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Whether an attack left something for the next tenant is looked at after all of them, or after each.</summary>
    async Task RunAsync(Way way, IReadOnlyList<Attack> attacks, Func<string, string> place, bool checkAfterEach = false)
    {
        var wrong = new List<string>();
        foreach (var attack in attacks)
        {
            var (ending, leak) = await Matrix.SendAsync(_arena, way, place(attack.Text(_arena.Prey)));
            if (leak is not null)
                wrong.Add($"'{attack}' LEAKED: {leak}");
            else if (!Verdict.Denials.ContainsKey(ending) || !(IsExpected(attack, way, ending) || IsSetInVain(attack, ending)))
                wrong.Add($"'{attack}' ended with {ending}, not with one of {string.Join(", ", attack.Ends)}");
            if (checkAfterEach)
                await _arena.CheckNextTenantAsync(_arena.B, $"'{attack}' by {way}");
        }

        await _arena.CheckNextTenantAsync(_arena.B, $"attacks by {way}");
        await _arena.CheckNextTenantAsync(_arena.A, $"attacks by {way}");
        await _arena.CheckPreyAsync($"attacks by {way}");
        Assert.True(wrong.Count == 0, $"By {way}, {Here.Name}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>Besides its own endings: a way may refuse what it does not take, not read what came, not execute at all, or show it in an error.</summary>
    static bool IsExpected(Attack attack, Way way, string ending) => attack.Ends.Contains(ending) || ending == Verdict.Refused
        || ending == Verdict.Answered && BehaviorWays.OnlyDescribes(way)
        || ending is Verdict.Unreadable or Verdict.ShowsOwn && attack.Ends.Contains(Verdict.Answered);

    /// <summary>Where set_config may be called it is, and its answer looked at: the scope is signed there, and no mere setting.</summary>
    bool IsSetInVain(Attack attack, string ending) => Here.GrantsSetConfig
        && (ending == "TN001" || attack.Text(_arena.Prey) is var text && (text.Contains("set_config", StringComparison.Ordinal) || text.Contains("pg_settings", StringComparison.Ordinal))
        && ending is Verdict.Answered or Verdict.Unreadable or Verdict.ShowsOwn or "42P01");
}

/// <summary>Says where a matrix is run.</summary>
public interface IMatrixPlace
{
    /// <summary>Which of <see cref="Surroundings.All"/>.</summary>
    static abstract int Index { get; }
}

public sealed class LatchedRowMatrixTests : MatrixTests<LatchedRowMatrixTests>, IMatrixPlace
{
    public static int Index => 0;
}

public sealed class LatchedSchemaMatrixTests : MatrixTests<LatchedSchemaMatrixTests>, IMatrixPlace
{
    public static int Index => 1;
}

public sealed class LatchedDatabaseMatrixTests : MatrixTests<LatchedDatabaseMatrixTests>, IMatrixPlace
{
    public static int Index => 2;
}

public sealed class SignedRowMatrixTests : MatrixTests<SignedRowMatrixTests>, IMatrixPlace
{
    public static int Index => 3;
}

public sealed class SignedSchemaMatrixTests : MatrixTests<SignedSchemaMatrixTests>, IMatrixPlace
{
    public static int Index => 4;
}

public sealed class SignedDatabaseMatrixTests : MatrixTests<SignedDatabaseMatrixTests>, IMatrixPlace
{
    public static int Index => 5;
}

public sealed class PooledRowMatrixTests : MatrixTests<PooledRowMatrixTests>, IMatrixPlace
{
    public static int Index => 6;
}

public sealed class PooledSchemaMatrixTests : MatrixTests<PooledSchemaMatrixTests>, IMatrixPlace
{
    public static int Index => 7;
}

public sealed class PooledDatabaseMatrixTests : MatrixTests<PooledDatabaseMatrixTests>, IMatrixPlace
{
    public static int Index => 8;
}

public sealed class RoleSchemaMatrixTests : MatrixTests<RoleSchemaMatrixTests>, IMatrixPlace
{
    public static int Index => 9;
}
