using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Inbox.Authentication;

static class JwtAuthenticationExtensions
{
    /// <summary>Takes tokens of one issuer, whose keys stand in a file. A mistake in the section stops the host at start.</summary>
    public static AuthenticationBuilder AddStrictJwt(this AuthenticationBuilder builder, IConfigurationSection section)
    {
        var services = builder.Services;
        services.AddOptions<JwtOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JwtOptions>, JwtOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
            JsonWebKeySet.Load(provider.GetRequiredService<IOptions<JwtOptions>>().Value.JwksPath, []));
        services.TryAddSingleton(provider => new TokenValidator(
            provider.GetRequiredService<JsonWebKeySet>(), provider.GetRequiredService<IOptions<JwtOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        return builder.AddScheme<AuthenticationSchemeOptions, JwtAuthenticationHandler>(
            JwtAuthenticationHandler.SchemeName, configureOptions: null);
    }
}
