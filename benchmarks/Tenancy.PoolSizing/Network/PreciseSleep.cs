using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tenancy.PoolSizing;

/// <summary>
/// Sleeps to within a tenth of a millisecond and without spinning, which the runtime's timers cannot: they tick in
/// milliseconds, as long as the delays that are to be simulated.
/// </summary>
internal static class PreciseSleep
{
    static readonly bool IsUnix = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Blocks this thread until a timestamp of <see cref="Stopwatch"/>.</summary>
    public static void Until(long timestamp)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is { Ticks: > 0 } left)
        {
            if (IsUnix)
            {
                var time = new TimeSpec { Seconds = (nint)(left.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(left.Ticks % TimeSpan.TicksPerSecond * 100) };
                _ = NanoSleep(in time, 0);
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int NanoSleep(in TimeSpec time, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
