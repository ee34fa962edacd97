using System.Transactions;

namespace Tenancy.Postgres.Tests;

/// <summary>A TransactionScope belongs to one tenant and holds one connection at a time.</summary>
public sealed class AmbientTransactionTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation, TenantIsolation> Pairs => new MatrixTheoryData<TenantIsolation, TenantIsolation>(Enum.GetValues<TenantIsolation>(), Enum.GetValues<TenantIsolation>());

    static TransactionScope Scope(TransactionScopeOption option = TransactionScopeOption.Required) => new(option, TransactionScopeAsyncFlowOption.Enabled);

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_second_tenant_is_refused_and_the_first_keeps_its_work(TenantIsolation first, TenantIsolation second)
    {
        if (first == second)
            return;
        using (var scope = Scope())
        {
            await using (var connection = await each.OpenAsync(first))
                await connection.Command("insert into notes (id, mark) values (500, 'first')").ExecuteNonQueryAsync();
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => each.OpenAsync(second));
            Assert.Contains("RequiresNew", refused.Message, StringComparison.Ordinal);
            using (var own = Scope(TransactionScopeOption.RequiresNew))
            {
                await using var connection = await each.OpenAsync(second);
                Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id = 500"));
                own.Complete();
            }

            scope.Complete();
        }

        await using var after = await each.OpenAsync(first);
        Assert.Equal(1, await after.Command("delete from notes where id = 500").ExecuteNonQueryAsync());
    }

    [Theory, MemberData(nameof(BehaviorTests.Ways), MemberType = typeof(BehaviorTests))]
    public async Task A_second_connection_is_refused_while_the_first_is_open(TenantIsolation isolation, bool complete)
    {
        using (var scope = Scope())
        {
            await using (await each.OpenAsync(isolation))
                Assert.Contains("prepared", (await Assert.ThrowsAsync<InvalidOperationException>(() => each.OpenAsync(isolation))).Message, StringComparison.Ordinal);
            await using (var next = await each.OpenAsync(isolation))
                await next.Command("insert into notes (id, mark) values (501, 'x')").ExecuteNonQueryAsync();
            if (complete)
                scope.Complete();
        }

        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(complete ? 1 : 0, await after.Command("delete from notes where id = 501").ExecuteNonQueryAsync());
    }

    [Theory, MemberData(nameof(TenantOfEach.Isolations), MemberType = typeof(TenantOfEach))]
    public async Task An_open_connection_takes_part_when_told_to(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        using (var transaction = new CommittableTransaction())
        {
            connection.EnlistTransaction(transaction);
            await connection.Command("insert into notes (id, mark) values (502, 'x')").ExecuteNonQueryAsync();
            await using var other = await each.OpenAsync(isolation);
            Assert.Throws<InvalidOperationException>(() => other.EnlistTransaction(transaction));
            transaction.Rollback();
        }

        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id = 502"));
        // Ended, it holds nothing back.
        using var next = new CommittableTransaction();
        connection.EnlistTransaction(next);
        next.Commit();
        Assert.True(connection.CanReplace);
    }

    [Fact]
    public async Task Nothing_is_remembered_of_transactions_that_have_ended()
    {
        var ended = new List<string>();
        for (var round = 0; round < 50; round++)
        {
            foreach (var isolation in Enum.GetValues<TenantIsolation>())
            {
                using var scope = Scope();
                ended.Add(Transaction.Current!.TransactionInformation.LocalIdentifier);
                await using var connection = await each.OpenAsync(isolation);
                Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
                Assert.True(AmbientTransaction.Knows(ended[^1]));
            }
        }

        Assert.DoesNotContain(ended, AmbientTransaction.Knows);
    }
}
