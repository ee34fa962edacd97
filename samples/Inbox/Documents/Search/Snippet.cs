using System.Text;
using System.Text.Encodings.Web;

namespace Inbox.Documents.Search;

/// <summary>
/// Makes markup of a headline. PostgreSQL marks the words with two control characters that it first took out of the text,
/// since a text may hold any tag, <c>&lt;mark&gt;</c> too: what is not a mark is encoded.
/// </summary>
static class Snippet
{
    const char Start = '\u0002';
    const char Stop = '\u0003';

    /// <summary>The headline of a document in SQL.</summary>
    public const string Sql =
        """
        ts_headline('english', translate(left(body, 100000), e'\x02\x03', ''), websearch_to_tsquery('english', @Query),
            e'StartSel=\x02, StopSel=\x03, MaxFragments=2, MinWords=5, MaxWords=20, FragmentDelimiter=" … "')
        """;

    public static string ToMarkup(string headline)
    {
        var markup = new StringBuilder(headline.Length + 32);
        foreach (var part in headline.Split(Start))
        {
            var stop = part.IndexOf(Stop, StringComparison.Ordinal);
            if (stop >= 0)
                markup.Append("<mark>").Append(HtmlEncoder.Default.Encode(part[..stop])).Append("</mark>");
            markup.Append(HtmlEncoder.Default.Encode(part[(stop + 1)..]));
        }

        return markup.ToString();
    }
}
