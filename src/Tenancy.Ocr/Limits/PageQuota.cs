namespace Tenancy;

/// <summary>Counts pages in a quota of the tenant's tier, over all processes, where one is named; and those that were read, as used.</summary>
internal sealed class PageQuota(string? quota, ITenantLimits? limits, ITenantMeter? meter)
{
    /// <summary>Takes what a document is expected to cost.</summary>
    /// <exception cref="OcrException">The quota is used up, or never allows as much.</exception>
    public async ValueTask TakeAsync(Tenant? tenant, int pages, CancellationToken cancellationToken)
    {
        if (quota is null || limits is null || tenant is null)
            return;
        var decision = await limits.AcquireAsync(tenant, quota, pages, cancellationToken).ConfigureAwait(false);
        if (decision.IsAllowed)
            return;
        var why = new TenantLimitException(decision);
        throw decision.Status == LimitStatus.TooLarge
            ? new OcrException(GrpcStatusCode.OutOfRange, why.Message, why) { Reason = OcrReasons.TenantLimit }
            : new OcrException(GrpcStatusCode.ResourceExhausted, why.Message, why)
            {
                Reason = OcrReasons.TenantLimit, IsRetryable = true, RetryAfter = decision.RetryAfter,
            };
    }

    /// <summary>Sets right what was taken, once it is known, and counts what was read. To be called once for each document.</summary>
    public void Settle(Tenant? tenant, int taken, int done)
    {
        if (quota is null || limits is null || tenant is null)
            return;
        if (done > taken)
            limits.Charge(tenant, quota, done - taken);
        else if (done < taken)
            limits.Refund(tenant, quota, taken - done);
        if (done > 0)
            meter?.Count(tenant, UsageMetric.Pages, done);
    }
}
