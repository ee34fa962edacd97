using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks a document, finds who reads it, and holds the tenant to its limits, before anything is serialised.</summary>
internal sealed class OcrClient(
    IOptions<OcrOptions> options, OcrPools pools, OcrDispatcher dispatcher, TenantLimiter limiter, PageQuota quota, TimeProvider time,
    ITenantContext? tenants = null, IPdfSplitter? splitter = null) : IOcrClient
{
    readonly PdfParts _parts = new(splitter);

    public async IAsyncEnumerable<OcrPage> ReadPagesAsync(
        OcrDocument document, OcrRequestOptions? request = null, IProgress<OcrProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        request ??= OcrRequestOptions.Default;
        Check(request);
        var tenant = Current();
        var limits = options.Value.Input;
        using var activity = OcrTelemetry.Source.StartActivity("ocr document", ActivityKind.Internal);
        var facts = DocumentFacts.Check(document, limits);
        var pool = pools.Choose(request);
        var charged = Asked(request, facts.Pages) ?? 1;
        limiter.Take(tenant, pool.Name, charged, document.Content.Length);
        await quota.TakeAsync(tenant, charged, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("tenancy.ocr.pool", pool.Name).SetTag("tenancy.ocr.media_type", facts.Kind.MediaType());
        if (tenant is not null)
            activity?.SetTag(TenancyTelemetry.TenantIdKey, tenant.Id.ToString());

        var caller = new OcrCaller(tenant?.Id ?? default, limiter.LimitsOf(tenant).MaxConcurrent ?? int.MaxValue,
            new Deadline(request.Timeout ?? options.Value.Timeout, time), activity?.Context ?? Activity.Current?.Context ?? default);
        var done = 0;
        progress?.Report(new OcrProgress(0, Asked(request, facts.Pages)));
        try
        {
            await foreach (var job in _parts.CutAsync(document, facts, request, pool, limits, cancellationToken).ConfigureAwait(false))
            {
                await foreach (var page in dispatcher.RunAsync(pool, job, caller, cancellationToken).ConfigureAwait(false))
                {
                    done++;
                    progress?.Report(new OcrProgress(done, Asked(request, page.PagesTotal)));
                    yield return page;
                }
            }
        }
        finally
        {
            activity?.SetTag("tenancy.ocr.pages", done);
            // Pages that nobody could count beforehand.
            limiter.Charge(tenant, done - charged);
            quota.Settle(tenant, charged, done);
        }
    }

    public async Task<OcrResult> ReadAsync(OcrDocument document, OcrRequestOptions? request = null, CancellationToken cancellationToken = default)
    {
        var pages = new List<OcrPage>();
        await foreach (var page in ReadPagesAsync(document, request, null, cancellationToken).ConfigureAwait(false))
            pages.Add(page);
        pages.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        return new OcrResult { Pages = pages };
    }

    Tenant? Current() => tenants is null
        ? null
        : tenants.Current ?? throw new NoTenantException("No tenant in scope. Read documents inside a tenant's scope: call ITenantContext.Enter(tenant), or put RequireTenant() on the endpoint.");

    static int? Asked(OcrRequestOptions request, int? pages)
    {
        var last = request.LastPage is { } asked && pages is { } there ? Math.Min(asked, there) : request.LastPage ?? pages;
        return last is { } end ? Math.Max(0, end - request.FirstPage + 1) : null;
    }

    static void Check(OcrRequestOptions request)
    {
        if (request.FirstPage < 1 || request.LastPage < request.FirstPage)
            throw new ArgumentException($"Pages {request.FirstPage} to {request.LastPage} are no pages. Count from 1.", nameof(request));
        if (request.MinConfidence is < 0 or > 1 or float.NaN)
            throw new ArgumentException("MinConfidence is not from 0 to 1.", nameof(request));
        if (request.Dpi is < 36 or > 1200)
            throw new ArgumentException("Dpi is not from 36 to 1200.", nameof(request));
        if (request.Timeout <= TimeSpan.Zero)
            throw new ArgumentException("Timeout is not positive.", nameof(request));
    }
}
