using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks <see cref="OcrOptions"/>, and names every mistake with its key.</summary>
internal sealed partial class OcrOptionsValidator : IValidateOptions<OcrOptions>
{
    readonly OcrInputValidator _input = new();
    readonly OcrQueueValidator _queue = new();
    readonly OcrTenantLimitsValidator _limits = new();

    public ValidateOptionsResult Validate(string? name, OcrOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var mistake in options.Mistakes)
            result.AddError(mistake);
        if (options.Servers.Count == 0 && options.Pools.Count == 0)
            result.AddError($"{options.Path}:Servers is empty, and there are no Pools. Name at least one server, such as https://ocr-1:8500.");
        if (options.Servers.Count > 0 && options.Pools.ContainsKey(OcrOptions.DefaultPool))
            result.AddError($"{options.Path}:Servers and {options.Path}:Pools:{OcrOptions.DefaultPool} are the same pool. Give one of them.");
        CheckServers($"{options.Path}:Servers", options.Servers, result);
        foreach (var (pool, part) in options.Pools)
            CheckPool($"{options.Path}:Pools:{pool}", pool, part, result);

        CheckTime($"{options.Path}:Timeout", options.Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), result);
        CheckTime($"{options.Path}:PageTimeout", options.PageTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), result);
        if (options.HedgeAfter is { } hedge)
            CheckTime($"{options.Path}:HedgeAfter", hedge, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), result);
        CheckRange($"{options.Path}:MaxAttempts", options.MaxAttempts, 1, 10, "attempts", result);
        result.AddResult(_input.Validate($"{options.Path}:Input", options.Input));
        result.AddResult(_queue.Validate($"{options.Path}:Queue", options.Queue));
        result.AddResult(_limits.Validate($"{options.Path}:Tenants", options.Tenants));
        foreach (var (tier, limits) in options.Tiers)
            result.AddResult(_limits.Validate($"{options.Path}:Tiers:{tier}", limits));
        CheckTls($"{options.Path}:Tls", options.Tls, result);
        return result.Build();
    }

    static void CheckPool(string path, string name, OcrPoolOptions pool, ValidateOptionsResultBuilder result)
    {
        if (!PoolName().IsMatch(name))
            result.AddError($"{path} is not a pool name. Give 1 to 40 characters of a-z, 0-9 and '-'.");
        if (pool.Servers.Count == 0)
            result.AddError($"{path}:Servers is empty. Name at least one server, such as https://ocr-1:8500.");
        CheckServers($"{path}:Servers", pool.Servers, result);
        CheckRange($"{path}:ConcurrencyPerServer", pool.ConcurrencyPerServer, 1, 1000, "calls", result);
        CheckRange($"{path}:PagesPerCall", pool.PagesPerCall, 1, 10_000, "pages", result);
        CheckTime($"{path}:ResolveInterval", pool.ResolveInterval, OcrPoolOptions.LeastResolveInterval, TimeSpan.FromHours(1), result);
        if (string.IsNullOrWhiteSpace(pool.Model))
            result.AddError($"{path}:Model is empty. Give the model's name in PaddleX, such as {OcrPoolOptions.DefaultModel}.");
        foreach (var language in pool.Languages.Where(language => !LanguageTag().IsMatch(language)))
            result.AddError(Mistake.At($"{path}:Languages", language, "Give BCP 47 tags such as de or zh-Hant."));
    }

    static void CheckServers(string path, IList<string> servers, ValidateOptionsResultBuilder result)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            if (!Uri.TryCreate(servers[i], UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
                result.AddError($"{path}:{i} is no address of a server. Give scheme, name and port, such as https://ocr-1:8500, and nothing else.");
        }
    }

    static void CheckTls(string path, OcrTlsOptions tls, ValidateOptionsResultBuilder result)
    {
        if (tls.Certificate is null != tls.Key is null)
            result.AddError($"{path}:Certificate and {path}:Key belong together. Give both, or neither.");
        CheckTime($"{path}:ReloadInterval", tls.ReloadInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), result);
        try
        {
            TlsFiles.Load(tls);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            result.AddError($"{path} cannot be read: {e.Message} Give PEM files, and a key that is not encrypted.");
        }
    }

    static void CheckRange(string path, int value, int min, int max, string unit, ValidateOptionsResultBuilder result)
    {
        if (value < min || value > max)
            result.AddError(Mistake.At(path, value, $"Give {min} to {max} {unit}."));
    }

    static void CheckTime(string path, TimeSpan value, TimeSpan min, TimeSpan max, ValidateOptionsResultBuilder result)
    {
        if (value < min || value > max)
            result.AddError(Mistake.At(path, value, $"Give a time from {min} to {max}."));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex PoolName();

    [GeneratedRegex(@"\A[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\z")]
    private static partial Regex LanguageTag();
}

/// <summary>Checks the bounds that attributes give; the name passed in is the path in configuration.</summary>
[OptionsValidator]
internal sealed partial class OcrInputValidator : IValidateOptions<OcrInputLimits>;

/// <inheritdoc cref="OcrInputValidator"/>
[OptionsValidator]
internal sealed partial class OcrQueueValidator : IValidateOptions<OcrQueueOptions>;

/// <inheritdoc cref="OcrInputValidator"/>
[OptionsValidator]
internal sealed partial class OcrTenantLimitsValidator : IValidateOptions<OcrTenantLimits>;
