using Microsoft.Extensions.Options;

namespace Inbox.Paging;

/// <summary>Checks the key, and never shows it.</summary>
sealed class CursorOptionsValidator : IValidateOptions<CursorOptions>
{
    public ValidateOptionsResult Validate(string? name, CursorOptions options) => options.ReadKey() is null
        ? ValidateOptionsResult.Fail(
            $"Cursors:Key is {(options.Key.Length == 0 ? "missing" : "not understood")}. Give at least " +
            $"{CursorOptions.KeyBytes} random bytes in Base64, such as 'openssl rand -base64 {CursorOptions.KeyBytes}' prints.")
        : ValidateOptionsResult.Success;
}
