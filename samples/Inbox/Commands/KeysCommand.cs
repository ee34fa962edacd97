using System.Security.Cryptography;
using Inbox.Authentication;

namespace Inbox.Commands;

/// <summary><c>keys --out DIR</c>: makes a signing key for development, and the key set that the API trusts.</summary>
static class KeysCommand
{
    public static async Task RunAsync(CommandOptions options)
    {
        var directory = options.Require("--out");
        options.RefuseOthers();

        var (keyPath, setPath) = (Path.Combine(directory, "signing-key.pem"), Path.Combine(directory, "jwks.json"));
        if (File.Exists(keyPath))
            throw new CommandException($"'{keyPath}' is there already. Remove it if its tokens are to lose their worth.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(directory);
        await WriteSecretAsync(keyPath, key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(setPath, DevelopmentTokens.KeySet(key));
        Console.WriteLine($"Jwt:SigningKeyPath {keyPath}\nJwt:JwksPath       {setPath}");
    }

    /// <summary>Writes a file that, from its first moment, only its owner may read.</summary>
    static async Task WriteSecretAsync(string path, string text)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, create);
        await writer.WriteAsync(text);
    }
}
