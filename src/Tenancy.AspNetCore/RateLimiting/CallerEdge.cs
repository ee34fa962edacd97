using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>
/// Limits each address before its caller is known. What turns out to be an authenticated caller's request is given back, so
/// that only those pay who fail to prove who they are.
/// </summary>
internal sealed class CallerEdge(
    IOptions<LimitOptions> options, TenantProblemWriter problems, TimeProvider time, ILogger<CallerEdge> logger) : ITenantEdge
{
    const string PolicyName = "callers";

    static readonly object Key = new();

    // When first used: the pipeline is built before the host has validated its options.
    readonly Lazy<CallerLimiter?> _limiter = new(() =>
        options.Value.UnknownCallers is { } limit ? new CallerLimiter(limit, time) : null);

    public ValueTask<bool> AdmitAsync(HttpContext context, Tenant? selected)
    {
        if (_limiter.Value is not { } limiter)
            return new(true);
        var charge = limiter.Take(Of(context.Connection.RemoteIpAddress));
        if (!charge.IsTaken)
            return RefuseAsync(context, charge);
        context.Items[Key] = charge;
        return new(true);
    }

    /// <summary>The request is a tenant's, and its caller is known.</summary>
    public void Welcome(HttpContext context)
    {
        if (_limiter.Value is { } limiter && context.User.Identity?.IsAuthenticated == true && context.Items.Remove(Key, out var charge))
            limiter.Refund((CallerCharge)charge!);
    }

    async ValueTask<bool> RefuseAsync(HttpContext context, CallerCharge charge)
    {
        Log.RefusedCaller(logger);
        await problems.WriteAsync(context, LimitProblems.For(TenantRefusalKind.LimitExceeded, charge.RetryAfter, [PolicyName]));
        return false;
    }

    /// <summary>An address of IPv4, and of IPv6 the 64 bits of its network: whoever has one has all others in it.</summary>
    internal static UInt128 Of(IPAddress? address)
    {
        if (address is null)
            return UInt128.Zero;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : (UInt128)BinaryPrimitives.ReadUInt64BigEndian(bytes) << 64 | UInt128.One << 32;
    }
}
