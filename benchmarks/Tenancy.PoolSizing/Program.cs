using System.Runtime.InteropServices;
using Tenancy.PoolSizing;

using var stop = new CancellationTokenSource();
var registrations = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
{
    // A second one must not stop the clean-up half-way.
    context.Cancel = true;
    stop.Cancel();
})).ToArray();

try
{
    return await PoolSizingCommand.RunAsync(args, Console.Out, Console.Error, !Console.IsOutputRedirected, stop.Token);
}
finally
{
    foreach (var registration in registrations)
        registration.Dispose();
}
