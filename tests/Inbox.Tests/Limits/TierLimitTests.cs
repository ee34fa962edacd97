using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tenancy;

namespace Inbox.Tests.Limits;

/// <summary>What a tier ends or refuses in the database, as it is answered over HTTP.</summary>
public sealed class TierLimitTests(LimitedApi api) : IClassFixture<LimitedApi>
{
    [Fact]
    public async Task A_query_of_60_s_on_a_tier_of_2_s_is_504_within_3_s()
    {
        var tenant = await api.CreateAsync("short");
        Assert.Equal("1", await (await api.GetAsync(tenant, "select 1")).Content.ReadAsStringAsync());
        // The best of three, since a machine that does other things may take longer over anything.
        var took = TimeSpan.MaxValue;
        for (var tries = 0; tries < 3 && took > TimeSpan.FromSeconds(3); tries++)
        {
            var clock = Stopwatch.StartNew();
            using var response = await api.GetAsync(tenant, "select pg_sleep(60)");
            took = clock.Elapsed;
            Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
            Assert.Equal(TenancyProblems.QueryTimeout, await LimitedApi.TypeAsync(response));
        }

        Assert.InRange(took, TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_result_that_is_too_large_is_422_and_one_that_is_not_is_200()
    {
        var tenant = await api.CreateAsync("small");
        using var response = await api.GetAsync(tenant, "select repeat('x', 1000) from generate_series(1, 100000)", all: true);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(TenancyProblems.ResultTooLarge, await LimitedApi.TypeAsync(response));
        using var fits = await api.GetAsync(tenant, "select repeat('x', 100) from generate_series(1, 1000)", all: true);
        Assert.Equal("1000", await fits.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("one")]
    [InlineData("narrow")]
    public async Task Too_many_at_once_is_429_with_a_time_to_come_back(string tier)
    {
        var tenant = await api.CreateAsync(tier);
        // The slot is held by another process; a place among a process's own connections by this one.
        var holds = tier == "one" ? api.Other : api.Deployment;
        using (holds.Tenants.Enter(tenant))
        {
            await using var holder = await holds.Data.OpenConnectionAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await using var command = holder.CreateCommand();
            command.CommandText = "select 1";
            await command.ExecuteScalarAsync();
            using var response = await api.GetAsync(tenant, "select 1");
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Equal("[\"concurrent-queries\"]", (await response.Content.ReadFromJsonAsync<JsonObject>())!["violated-policies"]!.ToJsonString());
        }

        using var served = await api.GetAsync(tenant, "select 1");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }
}
