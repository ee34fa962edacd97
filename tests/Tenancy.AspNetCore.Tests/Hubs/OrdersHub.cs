using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace Tenancy.AspNetCore.Tests;

/// <summary>What the hub saw, by connection.</summary>
sealed class HubLedger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

sealed class OrdersHub(ITenantContext tenants, HubLedger ledger, Microsoft.Extensions.Logging.ILogger<OrdersHub> logger) : Hub
{
    public override async Task OnConnectedAsync()
    {
        await Task.Yield();
        ledger.Lines.Enqueue($"connected {Organizations.Ambient(tenants)}");
        if (tenants.Current is not null)
            await Groups.AddToGroupAsync(Context.ConnectionId, tenants.GroupName("orders"));
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await Task.Yield();
        ledger.Lines.Enqueue($"disconnected {Organizations.Ambient(tenants)}");
        ledger.Gone.TrySetResult();
    }

    public async Task<string> Who()
    {
        await Task.Yield();
        Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(logger, "in the hub");
        return Organizations.Ambient(tenants);
    }

    public string Tagged() => System.Diagnostics.Activity.Current is { } activity
        ? $"{activity.Source.Name} {activity.GetTagItem("tenant.id")}"
        : Context.ConnectionId;

    public async Task<string> Tell(string text)
    {
        await Clients.Group(tenants.GroupName("orders")).SendAsync("told", $"{Organizations.Ambient(tenants)}:{text}");
        return "ok";
    }

    public async IAsyncEnumerable<string> Stream([EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(1, stop);
            yield return Organizations.Ambient(tenants);
        }
    }
}
