using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Holds a tenant's request to the limits of its tier: the request itself, and what its endpoint costs.</summary>
internal sealed class TenantLimiting(
    IServiceProvider services, IOptions<LimitResponseOptions> options, CallerEdge callers, TenantProblemWriter problems, TimeProvider time,
    ILogger<TenantLimiting> logger)
{
    /// <summary>Below this part of a limit its fields are sent.</summary>
    const double Low = 0.2;

    // When first used: the pipeline is built before the host has validated its options.
    readonly Lazy<ITenantLimits> _limits = new(services.GetRequiredService<ITenantLimits>);
    readonly Lazy<ITenantMeter> _meter = new(services.GetRequiredService<ITenantMeter>);

    /// <summary>False where the request was refused, and answered.</summary>
    public ValueTask<bool> AdmitAsync(HttpContext context, Endpoint endpoint, Tenant tenant)
    {
        callers.Welcome(context);
        var quotas = endpoint.Metadata.GetOrderedMetadata<IQuotaMetadata>();
        var counted = endpoint.Metadata.GetMetadata<WithoutRequestLimitAttribute>() is null;
        if (quotas.Count > 0)
            return AdmitAsync(context, tenant, quotas, counted);
        if (!counted)
            return new(true);
        var asked = _limits.Value.AcquireAsync(tenant, LimitMeters.Requests, 1, context.RequestAborted);
        return asked.IsCompletedSuccessfully ? Answer(context, tenant, asked.Result) : AnswerAsync(context, tenant, asked);
    }

    /// <summary>To be called when the request was served: counts what it cost in the end.</summary>
    public void Served(HttpContext context, Tenant tenant)
    {
        if (context.ChargedSoFar()?.GetValueOrDefault(LimitMeters.Pages) is > 0 and var pages)
            _meter.Value.Count(tenant, UsageMetric.Pages, pages);
    }

    async ValueTask<bool> AnswerAsync(HttpContext context, Tenant tenant, ValueTask<LimitDecision> asked) =>
        await Answer(context, tenant, await asked);

    ValueTask<bool> Answer(HttpContext context, Tenant tenant, LimitDecision decision)
    {
        if (!decision.IsAllowed)
            return new(RefuseAsync(context, tenant, decision, [LimitMeters.Requests]));
        _meter.Value.Count(tenant, UsageMetric.Requests);
        return Admitted(context, tenant, decision);
    }

    async ValueTask<bool> AdmitAsync(HttpContext context, Tenant tenant, IReadOnlyList<IQuotaMetadata> quotas, bool counted)
    {
        var charged = context.Charged();
        var tightest = default(LimitDecision?);
        var costs = quotas.Select(quota => (quota.Meter, Cost: quota.CostOf(context)));
        if (counted)
            costs = costs.Prepend((LimitMeters.Requests, 1));
        foreach (var (meter, cost) in costs)
        {
            var decision = await _limits.Value.AcquireAsync(tenant, meter, cost, context.RequestAborted);
            if (!decision.IsAllowed)
            {
                // The request was made; what it was to cost beside that was not spent.
                foreach (var (other, spent) in charged)
                    _limits.Value.Refund(tenant, other, spent);
                charged.Clear();
                return await RefuseAsync(context, tenant, decision, [.. counted ? [LimitMeters.Requests] : Array.Empty<string>(), .. quotas.Select(quota => quota.Meter)]);
            }

            if (meter != LimitMeters.Requests)
                charged[meter] = charged.GetValueOrDefault(meter) + cost;
            if (decision.Policy is not null && (tightest is null || Part(decision) < Part(tightest.Value)))
                tightest = decision;
        }

        if (counted)
            _meter.Value.Count(tenant, UsageMetric.Requests);
        return tightest is null || await Admitted(context, tenant, tightest.Value, [.. charged.Keys]);
    }

    ValueTask<bool> Admitted(HttpContext context, Tenant tenant, LimitDecision decision, params string[] more)
    {
        var fields = options.Value.Fields;
        if (decision.Policy is not null && (fields == RateLimitFields.Always || fields == RateLimitFields.WhenLow && Part(decision) < Low))
        {
            context.Response.OnStarting(() =>
            {
                // On a redirection a client could wait before it follows.
                if (context.Response.StatusCode is < 300 or >= 400)
                    Write(context, tenant, null, [LimitMeters.Requests, .. more]);
                return Task.CompletedTask;
            });
        }

        return new(true);
    }

    async Task<bool> RefuseAsync(HttpContext context, Tenant tenant, LimitDecision decision, string[] meters)
    {
        _meter.Value.Count(tenant, UsageMetric.Rejections);
        Log.RefusedByLimit(logger, tenant.Id, decision.Policy?.Name, decision.Status);
        if (options.Value.Fields != RateLimitFields.Never)
            Write(context, tenant, decision, meters);
        await problems.WriteAsync(context, LimitProblems.For(decision));
        return false;
    }

    void Write(HttpContext context, Tenant tenant, LimitDecision? refused, IEnumerable<string> meters) => LimitFields.Write(
        context.Response.Headers, [.. meters.Distinct().SelectMany(meter => _limits.Value.Read(tenant, meter))], refused,
        options.Value.LegacyFields, time.GetUtcNow());

    static double Part(in LimitDecision decision) => (double)decision.Remaining / decision.Policy!.Capacity;
}
