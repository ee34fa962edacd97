using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tenancy.Cli.Linting.Output;

/// <summary>Indented JSON on a text writer.</summary>
static class JsonText
{
    // For people and tools that read JSON, never inside HTML: quotes in statements stay readable.
    static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
            write(json);
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
