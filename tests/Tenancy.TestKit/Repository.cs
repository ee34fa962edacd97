namespace Tenancy.TestKit;

/// <summary>Files of the repository, found above the tests.</summary>
public static class Repository
{
    /// <summary>The path of a file or folder.</summary>
    public static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tenancy.sln")))
                return Path.Combine(folder.FullName, path);
        }

        throw new InvalidOperationException($"Tenancy.sln is not above {AppContext.BaseDirectory}.");
    }

    /// <summary>The text of a file.</summary>
    public static string Read(string path) => File.ReadAllText(Find(path));
}
