using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>What EF Core's work is on the wire: every statement behind a scope, and no round trip more than plain.</summary>
public sealed class WireTests : IAsyncLifetime
{
    Deployment? _deployment;
    Tenant? _tenant;

    RecordingProxy Proxy { get; } = new();

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1,
            Port = Proxy.Port,
            Migrations = [],
            Configure = services =>
            {
                services.AddTenantDbContext<ShopContext>();
                services.AddTenancy().AddMigrationsFrom<ShopContext>();
            },
        });
        _tenant = await _deployment.CreateAsync(TenantIsolation.Row);
        // The driver's own questions, which it asks of a new connection, come before the recording.
        await SaidAsync(shop => shop.Brands.CountAsync());
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Fifty_inserts_are_one_round_trip_and_one_more_for_the_commit(bool async)
    {
        var trips = int.MaxValue;
        // The fewest of several: the server may answer BEGIN while the rest of the same turn is still on its way.
        for (var round = 0; round < 10 && trips > 2; round++)
        {
            var said = await SaidAsync(async shop =>
            {
                shop.AddRange(Enumerable.Range(0, 50).Select(n => new Tag { Label = $"{async} {round} {n}" }));
                _ = async ? await shop.SaveChangesAsync() : shop.SaveChanges();
            });
            Assert.Empty(Conversation.Unscoped(said));
            Assert.Equal(51, said.Count(message => message.Type == 'E'));
            Assert.Equal(50, said.Count(message => message.Type == 'E' && message.Sql.StartsWith("INSERT", StringComparison.Ordinal)));
            // BEGIN, the batch, COMMIT; the first two in one turn.
            Assert.Equal(3, Conversation.Syncs(said));
            Assert.Equal(["BEGIN", "COMMIT"], said.Where(message => message.Type == 'Q').Select(message => message.Sql.Split(' ')[0]));
            trips = Math.Min(trips, Conversation.Trips(said));
        }

        Assert.Equal(2, trips);
    }

    [Fact]
    public async Task Repeated_saves_are_parsed_once()
    {
        for (var round = 0; round < 8; round++)
            await SaveAsync(round);
        var said = await SaveAsync(8);
        Assert.DoesNotContain(said, message => message.Type == 'P');

        Task<IReadOnlyList<FrontendMessage>> SaveAsync(int round) => SaidAsync(shop =>
        {
            shop.AddRange(Enumerable.Range(0, 10).Select(n => new Tag { Label = $"parsed {round} {n}" }));
            return shop.SaveChangesAsync();
        });
    }

    [Fact]
    public async Task Every_way_to_work_sends_the_scope_first()
    {
        await SaidAsync(shop => ShopSeed.AddAsync(shop, "north", 1));
        var said = new List<FrontendMessage>();
        foreach (var (_, query) in ShopQueries.All)
            said.AddRange(await SaidAsync(query));
        foreach (var (_, change) in ShopChanges.All)
            said.AddRange(await SaidAsync(change));
        Assert.True(said.Count(message => message.Type == 'E') > 150, "Nothing was recorded.");
        Assert.Empty(Conversation.Unscoped(said));
    }

    [Fact]
    public async Task A_query_is_one_round_trip()
    {
        await SaidAsync(shop => shop.Brands.CountAsync());
        var said = await SaidAsync(shop => shop.Brands.CountAsync());
        Assert.Equal(1, Conversation.Trips(said));
        Assert.Equal(1, Conversation.Syncs(said));
    }

    async Task<IReadOnlyList<FrontendMessage>> SaidAsync(Func<ShopContext, Task> work)
    {
        var login = _deployment!.Options.AppLogin;
        using var tenant = _deployment.Tenants.Enter(_tenant!);
        await using var scope = _deployment.Services.CreateAsyncScope();
        var shop = scope.ServiceProvider.GetRequiredService<ShopContext>();
        return [.. (await Proxy.DuringAsync(() => work(shop))).Where(message => message.User == login)];
    }
}
