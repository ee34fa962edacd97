using System.Security.Cryptography;
using System.Text;

namespace Tenancy;

/// <summary>One SQL file, such as <c>0001_documents.sql</c>.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>Tells whether the file was changed after it was applied; line endings do not count.</summary>
    public byte[] Checksum { get; } =
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal)));
}
