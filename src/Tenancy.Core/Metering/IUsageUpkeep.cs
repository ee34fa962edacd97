namespace Tenancy;

/// <summary>
/// What is done to usage once in a while by one of all processes: <c>UsePostgres()</c> runs it in the background. To be
/// called where it should happen now, or to see what would.
/// </summary>
public interface IUsageUpkeep
{
    /// <summary>Sums up what <see cref="MeteringOptions"/> no longer keeps apart, and removes what it no longer keeps.</summary>
    /// <param name="dryRun">Whether only to count.</param>
    /// <param name="cancellationToken">Ends it; what was done stays done.</param>
    /// <returns>How many rows that was, or would be.</returns>
    Task<UsageTidied> TidyAsync(bool dryRun, CancellationToken cancellationToken = default);

    /// <summary>Finds the quotas that will be reached within <see cref="MeteringOptions.ForecastHorizon"/>. Nobody is told.</summary>
    Task<IReadOnlyList<QuotaForecast>> ForecastAsync(CancellationToken cancellationToken = default);
}

/// <summary>What became of usage that was old.</summary>
/// <param name="Minutes">Rows of minutes that went into their hours.</param>
/// <param name="Hours">Rows of hours that went into their days.</param>
/// <param name="Days">Rows of days that were removed.</param>
public readonly record struct UsageTidied(long Minutes, long Hours, long Days);
