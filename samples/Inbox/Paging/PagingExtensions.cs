using Microsoft.Extensions.Options;

namespace Inbox.Paging;

static class PagingExtensions
{
    /// <summary>Cursors signed with a configured key. A mistake in the section stops the host at start.</summary>
    public static void AddCursors(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<CursorOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CursorOptions>, CursorOptionsValidator>();
        services.AddSingleton<CursorCodec>();
    }
}
