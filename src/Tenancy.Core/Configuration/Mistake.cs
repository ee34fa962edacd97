using System.Globalization;

namespace Tenancy;

/// <summary>Words one mistake in configuration the same way everywhere: the key, what stood there, what may stand there.</summary>
internal static class Mistake
{
    public static string At(string key, object? value, string remedy)
    {
        // Generated validators join names with dots; configuration keys are joined with colons.
        var path = key.Replace('.', ':');
        var shown = value is null ? "missing" : "'" + Convert.ToString(value, CultureInfo.InvariantCulture) + "'";
        return $"{path} is {shown}. {remedy}";
    }
}
