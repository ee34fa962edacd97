using System.Text.Json;
using System.Threading.Channels;

namespace Tenancy.Core.Tests;

/// <summary>Work that carries its tenant's id.</summary>
public sealed class TenantWorkTests
{
    readonly Tenant _a = Sample.Tenant("tenant-a");
    readonly Tenant _b = Sample.Tenant("tenant-b");

    [Fact]
    public async Task Work_is_done_for_the_tenant_it_names_whoever_reads_it()
    {
        await using var fixture = new WorkFixture(_a, _b);
        var tenants = fixture.Tenants;
        var channel = Channel.CreateUnbounded<TenantWork<string>>(new() { AllowSynchronousContinuations = true });
        var seen = new List<string>();
        Task reader;
        using (tenants.Enter(_b))
        {
            reader = Task.Run(async () =>
            {
                await foreach (var work in channel.Reader.ReadAllAsync())
                {
                    await tenants.RunAsync(work, (item, _) =>
                    {
                        seen.Add($"{item} {tenants.Current}");
                        return Task.CompletedTask;
                    });
                }
            });
            using (tenants.Enter(_a))
                channel.Writer.TryWrite(tenants.Pack("first"));
            channel.Writer.TryWrite(tenants.Pack("second"));
        }

        channel.Writer.Complete();
        await reader;
        Assert.Equal(["first tenant-a", "second tenant-b"], seen);
    }

    [Fact]
    public async Task Work_cannot_be_packed_without_a_tenant()
    {
        await using var fixture = new WorkFixture(_a);
        Assert.Throws<NoTenantException>(() => fixture.Tenants.Pack(1));
    }

    [Fact]
    public async Task Work_of_a_tenant_that_is_not_served_is_refused_by_name()
    {
        await using var fixture = new WorkFixture(_a with { Status = TenantStatus.Suspended });
        Task Run(TenantId id) => fixture.Tenants.RunAsync(
            new TenantWork<int> { Tenant = id, Item = 1 }, (_, _) => throw new InvalidOperationException("ran"));
        var suspended = await Assert.ThrowsAsync<TenantUnavailableException>(() => Run(_a.Id));
        Assert.Equal(TenantStatus.Suspended, suspended.Status);
        var unknown = await Assert.ThrowsAsync<TenantUnavailableException>(() => Run(_b.Id));
        Assert.Null(unknown.Status);
        Assert.Contains(_b.Id.ToString(), unknown.Message, StringComparison.Ordinal);
        var none = await Assert.ThrowsAsync<ArgumentException>(() => Run(default));
        Assert.Contains("tenants.Pack(item)", none.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
        {
            fixture.Put(_a);
            return Run(_a.Id);
        });
    }

    [Fact]
    public async Task Work_that_is_faster_than_the_catalogs_news_is_done()
    {
        await using var fixture = new WorkFixture(_a);
        fixture.News.Add(_b);
        Tenant? seen = null;
        await fixture.Tenants.RunAsync(_b.Id, (_, _, _) =>
        {
            seen = fixture.Tenants.Current;
            return Task.CompletedTask;
        });
        Assert.Same(_b, seen);
        Assert.Equal(1, fixture.Refreshed);
        await fixture.Tenants.RunAsync(_a.Id, (_, _, _) => Task.CompletedTask);
        Assert.Equal(1, fixture.Refreshed);
    }

    [Fact]
    public void An_envelope_survives_JSON_and_one_without_a_tenant_does_not()
    {
        var work = new TenantWork<string> { Tenant = _a.Id, Item = "x" };
        var json = JsonSerializer.Serialize(work);
        Assert.Equal($$"""{"Tenant":"{{_a.Id}}","Item":"x"}""", json);
        Assert.Equal(work, JsonSerializer.Deserialize<TenantWork<string>>(json));
        foreach (var broken in new[]
        {
            """{"Item":"x"}""", """{"Tenant":null,"Item":"x"}""", """{"Tenant":"","Item":"x"}""", """{"Tenant":{},"Item":"x"}""",
            """{"Tenant":"00000000-0000-0000-0000-000000000000","Item":"x"}""", """{"Tenant":"tenant-a","Item":"x"}""",
        })
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TenantWork<string>>(broken));
        Assert.Throws<JsonException>(() => JsonSerializer.Serialize(new TenantWork<string> { Tenant = default, Item = "x" }));
    }
}
