using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Runs the loop for as long as the host runs.</summary>
internal sealed class LeaseService(LeaseBook book, IOptions<LimitOptions> options) : BackgroundService
{
    /// <summary>Whoever starts it, and in whose scope: the loop inherits neither.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Mode == LimitMode.Local ? Task.CompletedTask : book.RunAsync(stoppingToken);
}
