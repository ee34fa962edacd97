using System.Globalization;

namespace Tenancy.Transport;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit, rounded up so that the server never ends first.</summary>
internal static class GrpcTimeout
{
    const long Most = 99_999_999;

    static readonly (char Unit, double Ticks)[] Units =
    [
        ('n', 0.01), ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond), ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return "1n";
        foreach (var (unit, ticks) in Units)
        {
            var value = Math.Ceiling(timeout.Ticks / ticks);
            if (value <= Most)
                return string.Create(CultureInfo.InvariantCulture, $"{(long)value}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Most}H");
    }
}
