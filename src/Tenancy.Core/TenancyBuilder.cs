using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy;

/// <summary>What the packages of the family add themselves to: made by <c>AddTenancy</c>.</summary>
public sealed class TenancyBuilder
{
    internal TenancyBuilder(IServiceCollection services, IConfigurationSection? configuration)
    {
        Services = services;
        Configuration = configuration;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The section given to <c>AddTenancy</c>, of which each package reads its own part; else <see langword="null"/>.</summary>
    public IConfigurationSection? Configuration { get; }
}
