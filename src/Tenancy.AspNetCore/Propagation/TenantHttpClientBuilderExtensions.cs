using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>Names the ambient tenant in what an <c>HttpClient</c> of <c>IHttpClientFactory</c> sends.</summary>
public static class TenantHttpClientBuilderExtensions
{
    /// <summary>Adds a <see cref="TenantPropagationHandler"/> with the usual header.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="origins">The origins that may learn the tenant, such as <c>https://reports.internal</c>.</param>
    /// <exception cref="ArgumentException">What is given is no origin, or nothing is.</exception>
    public static IHttpClientBuilder AddTenantPropagation(this IHttpClientBuilder builder, params string[] origins) =>
        builder.AddTenantPropagation(new TenantPropagationOptions { Origins = origins });

    /// <summary>Adds a <see cref="TenantPropagationHandler"/>.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="options">The header and the origins.</param>
    /// <exception cref="ArgumentException">The header or an origin is none; the message lists all mistakes.</exception>
    public static IHttpClientBuilder AddTenantPropagation(this IHttpClientBuilder builder, TenantPropagationOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return builder.AddHttpMessageHandler(services =>
            new TenantPropagationHandler(services.GetRequiredService<ITenantContext>(), options));
    }
}
