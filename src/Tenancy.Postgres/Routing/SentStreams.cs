using Npgsql;

namespace Tenancy;

/// <summary>The streams among the parameters of a message. They are read as it is sent: sent again as they stand they would be empty.</summary>
internal sealed class SentStreams
{
    readonly List<(Stream Stream, long From)> _streams = [];

    /// <summary>Notes where a statement's streams begin; none where it has none.</summary>
    public static SentStreams? Note(SentStreams? known, NpgsqlParameterCollection parameters)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (StreamOf(parameters[i]) is { } stream)
                (known ??= new SentStreams())._streams.Add((stream, stream.CanSeek ? stream.Position : 0));
        }

        return known;
    }

    /// <summary>Sets all back to where they began; false where one cannot be read twice.</summary>
    public bool TryRewind()
    {
        if (!_streams.TrueForAll(static sent => sent.Stream.CanSeek))
            return false;
        foreach (var (stream, from) in _streams)
            stream.Position = from;
        return true;
    }

    /// <summary>Without asking a typed parameter for its value, which would be boxed.</summary>
    static Stream? StreamOf(NpgsqlParameter parameter) => parameter switch
    {
        NpgsqlParameter<Stream> typed => typed.TypedValue,
        NpgsqlParameter<MemoryStream> typed => typed.TypedValue,
        NpgsqlParameter<FileStream> typed => typed.TypedValue,
        _ => parameter.GetType() == typeof(NpgsqlParameter) ? parameter.Value as Stream : null,
    };
}
