using System.Diagnostics;

namespace Tenancy.TestKit;

/// <summary>Offers requests to a limiter at a rate, whether it admits them or not.</summary>
public static class LedgerLoad
{
    /// <param name="limits">The limiter.</param>
    /// <param name="tenant">Whose requests they are.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="time">For how long.</param>
    /// <param name="perSecond">How many per second, by the second of the run.</param>
    /// <param name="atOnce">How many at most when the machine stood still.</param>
    /// <param name="admitted">Called for each that was admitted, by whichever thread.</param>
    /// <returns>How many were offered.</returns>
    public static async Task<long> OfferAsync(
        ITenantLimits limits, Tenant tenant, Stopwatch clock, TimeSpan time, Func<double, double> perSecond, double atOnce, Action admitted)
    {
        var (offered, due, last) = (0L, 0d, 0d);
        var waiting = new List<Task>();
        while (clock.Elapsed < time)
        {
            var now = clock.Elapsed.TotalSeconds;
            due = Math.Min(atOnce, due + (now - last) * perSecond(now));
            for (last = now; due >= 1; due--)
            {
                offered++;
                var asked = limits.AcquireAsync(tenant, LimitMeters.Requests);
                if (!asked.IsCompletedSuccessfully)
                    waiting.Add(NoteAsync(asked));
                else if (asked.Result.IsAllowed)
                    admitted();
            }

            await Task.Delay(2);
        }

        await Task.WhenAll(waiting);
        return offered;

        async Task NoteAsync(ValueTask<LimitDecision> asked)
        {
            if ((await asked).IsAllowed)
                admitted();
        }
    }

    /// <summary>
    /// Measures, until it is disposed, how late the thread pool comes to what is queued: by so much later than it was
    /// admitted a request is written down.
    /// </summary>
    public sealed class Lag : IDisposable
    {
        // Not a timer: its callback would wait for the pool as well.
        readonly Thread _prober;
        double _seconds;
        bool _stopped;

        public Lag()
        {
            _prober = new Thread(() =>
            {
                while (!Volatile.Read(ref _stopped))
                {
                    Probe();
                    Thread.Sleep(2);
                }
            }) { IsBackground = true };
            _prober.Start();
        }

        /// <summary>The worst so far.</summary>
        public double Seconds => Volatile.Read(ref _seconds);

        public void Dispose() => Volatile.Write(ref _stopped, true);

        void Probe()
        {
            var queued = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                var late = Stopwatch.GetElapsedTime(queued).TotalSeconds;
                if (late > Volatile.Read(ref _seconds))
                    Volatile.Write(ref _seconds, late);
            }, null);
        }
    }
}
