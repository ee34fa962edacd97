namespace Tenancy.Attacks;

/// <summary>The same attacks leak where they should, which shows that the matrix can see a leak.</summary>
public sealed class ControlTests
{
    /// <summary>Of each control, attacks that must leak there: inside a statement, and behind a semicolon.</summary>
    public static TheoryData<string, string[], string[]> Leaks => new()
    {
        { Control.All[0].Name, [InsideAttacks.SetInFrom, "set_config for the session"], [] },
        { Control.All[1].Name, [InsideAttacks.SetInFrom], [WholeAttacks.Set, WholeAttacks.CommitAndSet, "set_config"] },
        { Control.All[2].Name, [InsideAttacks.RoleInFrom], [] },
        { Control.All[3].Name, [InsideAttacks.RoleInFrom], [WholeAttacks.SetRole, "A12 commit, reset role, set role"] },
    };

    [Theory, MemberData(nameof(Leaks))]
    public async Task What_people_do_without_it_leaks(string name, string[] inside, string[] stacked)
    {
        var control = Control.All.Single(one => one.Name == name);
        foreach (var (attacks, names, place) in new[]
                 {
                     (InsideAttacks.All, inside, Context.Literal.Sql), (WholeAttacks.Stacked, stacked, (Func<string, string>)Context.Stacked),
                 })
        {
            var leaked = new List<string>();
            foreach (var attack in attacks)
            {
                // A deployment for each: what an attack leaves behind must not help the next.
                if (!names.Contains(attack.Name) && attack.Name != InsideAttacks.Qualified)
                    continue;
                await using var arena = await ControlArena.StartAsync(control);
                if (await arena.LeaksAsync(prey => place(attack.Text(prey))))
                    leaked.Add(attack.Name);
            }

            Assert.Equal(names.Order(), leaked.Order());
        }
    }

    /// <summary>Each guard taken away from a deployment of ours, and attacks of which one has to be seen then.</summary>
    public static TheoryData<TenantIsolation, string, string> Faults => new()
    {
        { TenantIsolation.Row, "grant execute on function set_config(text, text, boolean) to public", InsideAttacks.SetInFrom },
        { TenantIsolation.Schema, "grant execute on function set_config(text, text, boolean) to public", InsideAttacks.SetInFrom },
        { TenantIsolation.Row, "alter policy tenancy_isolation on app.notes using (true)", InsideAttacks.Qualified },
        { TenantIsolation.Row, "alter table app.notes disable row level security", InsideAttacks.Qualified },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_guard_that_is_taken_away_is_missed(TenantIsolation isolation, string fault, string attack)
    {
        await using var arena = await Arena.StartAsync(Surroundings.All.First(one => one.Isolation == isolation));
        var sql = Context.Literal.Sql(InsideAttacks.All.Single(one => one.Name == attack).Text(arena.Prey));
        Assert.Null((await Matrix.SendAsync(arena, CommandWays.All[0], sql)).Leak);

        await PrivateCluster.ExecuteAsync(arena.A.Placement.Database, fault);

        Assert.NotNull((await Matrix.SendAsync(arena, CommandWays.All[0], sql)).Leak);
    }

    [Fact]
    public async Task Work_that_is_lent_a_session_and_splits_leaks_as_its_documentation_says()
    {
        await using var arena = await Arena.StartAsync(Surroundings.All[0]);
        var attack = WholeAttacks.Stacked.Single(one => one.Name == "commit, enter");
        var sending = new Sending(arena, CommandWays.All[0].Write(Context.Stacked(attack.Text(arena.Prey))));
        using (arena.Deployment.Tenants.Enter(arena.A))
        {
            // The work ended its transaction, and is told so.
            await Assert.ThrowsAsync<InvalidOperationException>(() => arena.Data.UseNpgsqlAsync(async (connection, stop) =>
            {
                await using var command = new NpgsqlCommand(sending.Sql, connection);
                await using var reader = await command.ExecuteReaderAsync(stop);
                await sending.SeeAllAsync(reader);
            }));
        }

        Assert.NotNull(Matrix.Leak(sending.Seen, arena.Sentinel, sending.Seen, arena.B.Id.ToString()));
        await arena.CheckNextTenantAsync(arena.B, "work that split");
    }
}
