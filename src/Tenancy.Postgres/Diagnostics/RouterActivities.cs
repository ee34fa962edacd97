using System.Diagnostics;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Spans of what the router adds: waiting for a connection, and opening a pool with its proof. Statements and the opening of
/// connections are in Npgsql's own source. Attributes as in OpenTelemetry's conventions for databases.
/// </summary>
internal static class RouterActivities
{
    static readonly ActivitySource Source = new(
        TenancyDiagnostics.ActivitySourceName, typeof(RouterActivities).Assembly.GetName().Version?.ToString());

    /// <summary>Records a wait that has ended. Before, nobody knew that it would be one.</summary>
    public static void Waited(Waiter waiter, bool granted)
    {
        if (!Source.HasListeners())
            return;
        var end = waiter.Pool.Budget.Time.GetUtcNow();
        using var activity = Source.StartActivity(
            "tenancy.connection.wait", ActivityKind.Internal, Activity.Current?.Context ?? default, startTime: end - waiter.Waited);
        if (activity is null)
            return;
        Describe(activity, waiter.Pool.Budget.Server, waiter.Share.Tenant);
        if (!granted)
            Fail(activity, "timeout");
        activity.SetEndTime(end.UtcDateTime);
    }

    /// <summary>Begins the span of a pool that is made and proven; none where nobody listens.</summary>
    public static Activity? OpenPool(PoolSettings settings, TenantId tenant)
    {
        if (Source.StartActivity("tenancy.pool.open") is not { } activity)
            return null;
        Describe(activity, settings.Replica?.Budget.Server ?? settings.Key.Server, settings.Owner ?? tenant);
        activity.SetTag("db.client.connection.pool.name", settings.Name);
        return activity;
    }

    /// <summary>Ends a span with an error. No message: it may quote what must not be seen.</summary>
    public static void Fail(Activity? activity, Exception error) =>
        Fail(activity, error is PostgresException refusal ? refusal.SqlState : error.GetType().FullName!);

    static void Fail(Activity? activity, string type) => activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);

    static void Describe(Activity activity, string server, TenantId tenant)
    {
        activity.SetTag("db.system.name", "postgresql");
        activity.SetTag("tenancy.server", server);
        if (tenant != default)
            activity.SetTag("tenant.id", tenant.ToString());
    }
}
