namespace Tenancy;

/// <summary>Numbers the days and months of UTC.</summary>
internal static class CalendarWindow
{
    const int MonthsPerYear = 12;

    public static int Number(LimitPeriod period, DateTimeOffset now) => period == LimitPeriod.Day
        ? (int)(now.UtcTicks / TimeSpan.TicksPerDay)
        : now.UtcDateTime.Year * MonthsPerYear + now.UtcDateTime.Month - 1;

    public static DateTime End(LimitPeriod period, int number) => period == LimitPeriod.Day
        ? new DateTime((number + 1) * TimeSpan.TicksPerDay, DateTimeKind.Utc)
        : new DateTime(number / MonthsPerYear, number % MonthsPerYear + 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);

    /// <summary>Seconds of the window that is now.</summary>
    public static long Seconds(LimitPeriod period, DateTimeOffset now)
    {
        const int SecondsPerDay = 86_400;
        return period == LimitPeriod.Day
            ? SecondsPerDay
            : (long)DateTime.DaysInMonth(now.UtcDateTime.Year, now.UtcDateTime.Month) * SecondsPerDay;
    }
}
