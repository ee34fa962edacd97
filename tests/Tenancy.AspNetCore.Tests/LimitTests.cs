using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tenancy.AspNetCore.Tests;

/// <summary>Tenants held to their limits over HTTP.</summary>
public sealed class LimitTests
{
    static readonly string Acme = Organizations.Of("acme");

    readonly SlowTime _time = new();

    [Fact]
    public async Task Beyond_its_limit_a_tenant_is_told_when_to_come_back_and_others_are_served()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 2, Burst = 4, PerDay = 100 });
        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        using var refused = await host.GetAsync(Acme, "org=acme");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", Field(refused, "Retry-After"));
        Assert.Equal("\"requests\";q=4;w=2, \"requests-day\";q=100;w=86400", Field(refused, "RateLimit-Policy"));
        Assert.Equal("\"requests\";r=0;t=1, \"requests-day\";r=96;t=43200", Field(refused, "RateLimit"));
        Assert.True(refused.Headers.CacheControl!.NoStore);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        var problem = (await refused.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((TenancyProblems.QuotaExceeded, 429), (problem["type"]!.GetValue<string>(), problem["status"]!.GetValue<int>()));
        Assert.Equal("[\"requests\"]", problem["violated-policies"]!.ToJsonString());
        Assert.DoesNotContain("acme", await refused.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Organizations.Of("beta"), "org=beta")).StatusCode);
        _time.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
    }

    [Fact]
    public async Task Nobody_but_the_tenants_own_learns_that_it_is_limited()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 1 });
        var unknown = await host.GetRawAsync(Organizations.Of("nobody"), "org=beta");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        Assert.Equal(unknown, await host.GetRawAsync(Acme, "org=beta"));
        // And refusals of strangers do not use up what is the tenant's.
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
    }

    [Fact]
    public async Task A_changed_tier_counts_for_the_next_request()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 1 });
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        SetTier(host, null);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
    }

    [Theory]
    [InlineData(RateLimitFields.Always, 1, true)]
    [InlineData(RateLimitFields.WhenLow, 1, false)]
    [InlineData(RateLimitFields.WhenLow, 9, true)]
    [InlineData(RateLimitFields.Never, 10, false)]
    public async Task Fields_are_sent_when_they_are_asked_for(RateLimitFields fields, int requests, bool sent)
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 10 }, services => services.Configure<LimitResponseOptions>(options =>
        {
            options.Fields = fields;
            options.LegacyFields = true;
        }));
        HttpResponseMessage? last = null;
        for (var i = 0; i < requests; i++)
            last = await host.GetAsync(Acme, "org=acme");
        Assert.Equal(sent, last!.Headers.Contains("RateLimit"));
        Assert.Equal(sent, last.Headers.Contains("RateLimit-Policy"));
        Assert.Equal(sent ? $"10/{10 - requests}/1" : "//", $"{Field(last, "X-RateLimit-Limit")}/{Field(last, "X-RateLimit-Remaining")}/{Field(last, "X-RateLimit-Reset")}");
        if (sent)
            Assert.Equal($"\"requests\";r={10 - requests};t=1", Field(last, "RateLimit"));
    }

    [Fact]
    public async Task Redirections_and_tenants_without_limits_carry_no_fields()
    {
        Action<IServiceCollection> always = services => services.Configure<LimitResponseOptions>(options => options.Fields = RateLimitFields.Always);
        await using var limited = await StartAsync(new RequestLimits { PerSecond = 10 }, always);
        using (var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = limited.Client.BaseAddress })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/organizations/acme/elsewhere");
            request.Headers.Add(HeaderAuthenticationHandler.Claims, "org=acme");
            using var moved = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.Found, false), (moved.StatusCode, moved.Headers.Contains("RateLimit")));
        }

        await using var free = await StartAsync(null, always);
        Assert.False((await free.GetAsync(Acme, "org=acme")).Headers.Contains("RateLimit"));
    }

    [Fact]
    public async Task An_endpoint_costs_what_it_says_and_afterwards_what_it_really_cost()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 1000 }, quotas: new() { ["pages"] = new() { PerDay = 100 } });
        // 10 are required; 30 it cost.
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/read?cost=30", "org=acme")).StatusCode);
        Assert.Equal(70, Left(host, LimitMeters.Pages));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/read?cost=2", "org=acme")).StatusCode);
        Assert.Equal(68, Left(host, LimitMeters.Pages));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/read?cost=90", "org=acme")).StatusCode);
        Assert.Equal(0, Left(host, LimitMeters.Pages));
        using var refused = await host.GetAsync("/v1/organizations/acme/read?cost=1", "org=acme");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("[\"pages-day\"]", (await refused.Content.ReadFromJsonAsync<JsonObject>())!["violated-policies"]!.ToJsonString());
        Assert.Contains("\"pages-day\";q=100;qu=\"pages\";w=86400", Field(refused, "RateLimit-Policy"), StringComparison.Ordinal);
        Assert.InRange(long.Parse(Field(refused, "Retry-After")), 43_200, 43_230);
    }

    [Fact]
    public async Task What_is_refused_for_one_quota_costs_nothing_of_another_and_too_much_is_forbidden()
    {
        await using var host = await StartAsync(null, quotas: new() { ["pages"] = new() { PerDay = 100 }, ["bytes"] = new() { PerDay = 50 } });
        using var refused = await host.GetAsync("/v1/organizations/acme/both?bytes=51", "org=acme");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(TenancyProblems.CostTooLarge, (await refused.Content.ReadFromJsonAsync<JsonObject>())!["type"]!.GetValue<string>());
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Equal((100, 50), (Left(host, LimitMeters.Pages), Left(host, LimitMeters.Bytes)));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/both?bytes=50", "org=acme")).StatusCode);
        Assert.Equal((99, 0), (Left(host, LimitMeters.Pages), Left(host, LimitMeters.Bytes)));
    }

    [Fact]
    public async Task What_costs_something_is_served_to_nobody_without_a_tenant()
    {
        await using var host = await StartAsync(null);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/priced")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/priced", "org=acme")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/open")).StatusCode);
    }

    [Fact]
    public async Task Endpoints_may_be_left_out_and_those_without_a_tenant_are()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 1 });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/uncounted", "org=acme")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/v1/organizations/acme/help", "org=acme")).StatusCode);
        }

        Assert.Equal(1, Left(host, LimitMeters.Requests));
    }

    [Theory]
    [InlineData(TenantRefusalKind.LimitExceeded, 429, TenancyProblems.QuotaExceeded)]
    [InlineData(TenantRefusalKind.TooLarge, 403, TenancyProblems.CostTooLarge)]
    [InlineData(TenantRefusalKind.CapacityShort, 503, TenancyProblems.CapacityShort)]
    [InlineData(TenantRefusalKind.StorageFull, 403, TenancyProblems.StorageFull)]
    [InlineData(TenantRefusalKind.QueryTimeout, 504, TenancyProblems.QueryTimeout)]
    [InlineData(TenantRefusalKind.ResultTooLarge, 422, TenancyProblems.ResultTooLarge)]
    public async Task What_is_refused_while_a_request_runs_has_a_status_of_its_kind(TenantRefusalKind kind, int status, string type)
    {
        await using var host = await StartAsync(null);
        using var refused = await host.GetAsync($"/v1/organizations/acme/throws/{kind}", "org=acme");
        Assert.Equal(status, (int)refused.StatusCode);
        var body = await refused.Content.ReadAsStringAsync();
        Assert.Equal(type, JsonNode.Parse(body)!["type"]!.GetValue<string>());
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Equal(kind is TenantRefusalKind.LimitExceeded or TenantRefusalKind.CapacityShort, refused.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_grpc_call_is_told_by_its_status()
    {
        await using var host = await StartAsync(new RequestLimits { PerSecond = 1 });
        await host.GetAsync(Acme, "org=acme");
        using var request = new HttpRequestMessage(HttpMethod.Get, Acme);
        request.Headers.Add(HeaderAuthenticationHandler.Claims, "org=acme");
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } };
        using var refused = await host.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "8", "1000"), (refused.StatusCode, Field(refused, "grpc-status"), Field(refused, "grpc-retry-pushback-ms")));
    }

    [Fact]
    public async Task Callers_who_prove_nothing_are_limited_by_address_and_tenants_are_not()
    {
        await using var host = await TestHost.StartBareAsync(
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
                services.AddTenancy().ResolveTenantsFrom(TestHost.ClaimAndRoute);
                services.Configure<LimitOptions>(options => options.UnknownCallers = RateLimit.PerSecond(1, 3));
            },
            app =>
            {
                app.UseTenancyEdge();
                app.UseAuthentication();
                app.UseTenancy();
                Organizations.Map(app);
            });
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Acme, "org=acme")).StatusCode);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync("/me")).StatusCode);
        using var refused = await host.GetAsync("/me");
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.StatusCode, Field(refused, "Retry-After")));
        Assert.Contains("callers", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("0.0.0.1", "::", false)]
    public void An_address_is_one_caller_and_so_is_a_network_of_ipv6(string one, string other, bool same) =>
        Assert.Equal(same, CallerEdge.Of(IPAddress.Parse(one)) == CallerEdge.Of(IPAddress.Parse(other)));

    async Task<TestHost> StartAsync(
        RequestLimits? requests, Action<IServiceCollection>? services = null, Dictionary<string, QuotaLimits>? quotas = null)
    {
        var host = await TestHost.StartAsync(Map, services: collection =>
        {
            collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
            services?.Invoke(collection);
        });
        SetTier(host, requests, quotas);
        return host;
    }

    static void SetTier(TestHost host, RequestLimits? requests, Dictionary<string, QuotaLimits>? quotas = null)
    {
        var current = host.Catalog.Current;
        host.Catalog.Current = current.With(
            [], [], [new Tier { Name = "starter", Requests = requests, Quotas = quotas }], current.Revision + 1, DateTimeOffset.UnixEpoch);
    }

    static void Map(IEndpointRouteBuilder endpoints)
    {
        Organizations.Map(endpoints);
        endpoints.MapGet("/priced", Organizations.Ambient).RequireQuota("pages");
        var group = endpoints.MapGroup("/v1/organizations/{tenant}").RequireTenant();
        group.MapGet("/read", (HttpContext context, int cost) => context.SettleQuota(LimitMeters.Pages, cost)).RequireQuota(LimitMeters.Pages, 10);
        group.MapGet("/both", () => "read")
            .RequireQuota(LimitMeters.Pages)
            .RequireQuota(LimitMeters.Bytes, context => long.Parse(context.Request.Query["bytes"]!));
        group.MapGet("/uncounted", Organizations.Ambient).WithoutRequestLimit();
        group.MapGet("/elsewhere", () => Results.Redirect("/"));
        group.MapGet("/throws/{kind}", string (TenantRefusalKind kind) => throw new Refusal(kind));
    }

    static long Left(TestHost host, string meter) =>
        host.Services.GetRequiredService<ITenantLimits>().Read(FixedCatalog.Acme, meter).Min(reading => reading.Remaining);

    static string Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    sealed class Refusal(TenantRefusalKind kind) : Exception("a secret of the server"), ITenantRefusal
    {
        public TenantRefusalKind Kind => kind;

        public TimeSpan? RetryAfter => kind == TenantRefusalKind.LimitExceeded ? TimeSpan.FromSeconds(3) : null;

        public IReadOnlyList<string> ViolatedPolicies => [];
    }

    /// <summary>Noon, until a test says otherwise; timers run by the real clock.</summary>
    sealed class SlowTime : TimeProvider
    {
        TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero) + _passed;

        public void Pass(TimeSpan span) => _passed += span;
    }
}
