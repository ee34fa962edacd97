namespace Tenancy.Attacks;

/// <summary>Every attack in every way it can be sent: no row of another tenant's, and only refusals of ours.</summary>
public abstract class MatrixTests(Surroundings surroundings) : IAsyncLifetime
{
    static readonly Dictionary<string, Lazy<Task<Arena>>> Arenas = Surroundings.All.ToDictionary(
        one => one.Name, one => new Lazy<Task<Arena>>(() => Arena.StartAsync(one)));

    Arena _arena = null!;

    public static TheoryData<string> Ways => [.. Way.All.Select(way => way.Name)];

    public static TheoryData<string> Contexts => [.. Context.All.Select(context => context.Name)];

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

    public async Task InitializeAsync() => _arena = await Arenas[surroundings.Name].Value;

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
            else if (!Verdict.Denials.ContainsKey(ending) || !IsExpected(attack, way, ending))
                wrong.Add($"'{attack}' ended with {ending}, not with one of {string.Join(", ", attack.Ends)}");
            if (checkAfterEach)
                await _arena.CheckNextTenantAsync(_arena.B, $"'{attack}' by {way}");
        }

        await _arena.CheckNextTenantAsync(_arena.B, $"attacks by {way}");
        await _arena.CheckNextTenantAsync(_arena.A, $"attacks by {way}");
        await _arena.CheckPreyAsync($"attacks by {way}");
        Assert.True(wrong.Count == 0, $"By {way}, {surroundings.Name}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>Besides its own endings: a way may refuse what it does not take, not read what came, not execute at all, or show it in an error.</summary>
    static bool IsExpected(Attack attack, Way way, string ending) => attack.Ends.Contains(ending) || ending == Verdict.Refused
        || ending == Verdict.Answered && BehaviorWays.OnlyDescribes(way)
        || ending is Verdict.Unreadable or Verdict.ShowsOwn && attack.Ends.Contains(Verdict.Answered);
}

public sealed class LatchedRowMatrixTests() : MatrixTests(Surroundings.All[0]);

public sealed class LatchedSchemaMatrixTests() : MatrixTests(Surroundings.All[1]);

public sealed class LatchedDatabaseMatrixTests() : MatrixTests(Surroundings.All[2]);
