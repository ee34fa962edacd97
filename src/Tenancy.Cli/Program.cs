using Tenancy.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await TenancyCommandLine.RunAsync(
    args, new Surroundings(Console.Out, Console.Error, !Console.IsOutputRedirected, Environment.GetEnvironmentVariable), stop.Token);
