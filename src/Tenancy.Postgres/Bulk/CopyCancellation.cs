using Npgsql;

namespace Tenancy;

/// <summary>
/// Asks the server to stop a COPY when a token is cancelled. The driver would only drop the connection, and the server
/// would work on for nobody.
/// </summary>
internal sealed class CopyCancellation : IAsyncDisposable
{
    readonly CancellationTokenRegistration _registration;
    Task _cancelling = Task.CompletedTask;

    public CopyCancellation(Func<Task> cancel, CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(_ => _cancelling = Task.Run(() => CancelAsync(cancel)), null);

    /// <summary>Waits for a request that is under way: sent later, it would meet the next statement.</summary>
    public async ValueTask DisposeAsync()
    {
        await _registration.DisposeAsync().ConfigureAwait(false);
        await _cancelling.ConfigureAwait(false);
    }

    /// <summary>Asks for it, and waits until the server has been told.</summary>
    public static async Task CancelAsync(Func<Task> cancel)
    {
        try
        {
            await cancel().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
        {
            // It had ended.
        }
    }
}
