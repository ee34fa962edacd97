using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>
/// Has the server look, in the statement that enters a tenant, whether somebody left something in the session: nothing of
/// the message runs on one where it did (docs/decisions/0011).
/// </summary>
/// <param name="isPooled">Whether the session is a pooler's, so that others may have had it since the last transaction.</param>
/// <param name="interval">How old an attestation may be where it is not.</param>
internal sealed partial class SessionAttestation(bool isPooled, TimeSpan interval)
{
    /// <summary>The code with which the server says that something was left.</summary>
    public const string Refused = "TN001";

    /// <summary>What the role settings are called among what was left.</summary>
    const string RoleSettings = "role settings";

    static readonly ConcurrentDictionary<(string Enter, int Parameters), string> Direct = new();
    static readonly ConcurrentDictionary<(string Enter, int Parameters), string> New = new();
    static readonly ConcurrentDictionary<(string Enter, int Parameters), string> Leased = new();
    static readonly ConcurrentDictionary<(string Enter, int Parameters), string> Pooled = new();

    Baseline? _baseline;

    /// <summary>
    /// Whether each lease begins with one, because the login may call what leaves something behind. It stands in for the
    /// driver's reset, at a tenth of its cost, and leaves the prepared statements.
    /// </summary>
    public bool IsOfEachLease { get; set; }

    /// <summary>Adds it to the statement that enters, where it is due.</summary>
    /// <param name="enter">The statement, a SELECT, with its parameters.</param>
    /// <param name="session">The session, which then counts as attested until something fails on it.</param>
    public void AddTo(NpgsqlBatchCommand enter, Session session)
    {
        if (_baseline is not { } known)
            return;
        var key = (enter.CommandText, enter.Parameters.Count);
        if (isPooled)
        {
            enter.CommandText = Pooled.GetOrAdd(key, static of => Prefix(of, "select tenancy.attest_pooled(${0}), "));
            enter.Parameters.Add(Text(known.Roles));
            return;
        }

        var due = session.TakeAttestation(interval);
        if (due == AttestationDue.None || due == AttestationDue.OfLease && !IsOfEachLease)
            return;
        enter.CommandText = due switch
        {
            AttestationDue.OfNew => New.GetOrAdd(key, static of => Prefix(of, "select tenancy.attest_new(${0}), ")),
            AttestationDue.Whole => Direct.GetOrAdd(key, static of => Prefix(of, "select tenancy.attest(${0}, ${1}), ")),
            _ => Leased.GetOrAdd(key, static of => Prefix(of, "select tenancy.attest_lease(${0}, ${1}, ${2}), ")),
        };
        enter.Parameters.Add(Text(known.Roles));
        if (due != AttestationDue.OfNew)
            enter.Parameters.Add(Text(known.Settings));
        if (due == AttestationDue.OfLease)
            enter.Parameters.Add(Text(known.Watched));
    }

    /// <summary>Learns what a session has without anybody's doing: from a new one, and what its login sets from any.</summary>
    public async Task LearnAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select tenancy.role_settings(), tenancy.changed_settings($1), tenancy.session_settings()", connection)
        {
            Parameters = { new NpgsqlParameter<bool> { TypedValue = isPooled } },
        };
        var reader = async ? await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteReader();
        await using (reader.ConfigureAwait(false))
        {
            _ = async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read();
            _baseline = new Baseline(
                reader.IsDBNull(0) ? null : reader.GetString(0),
                _baseline is { } known ? known.Settings : reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetString(2));
        }
    }

    /// <summary>What was left, by what the server says of it: a few words of ours, fit for a log and a label.</summary>
    public static string? Left(string message) =>
        LeftWith().Match(message) is { Success: true } match ? "left with " + match.Groups[1].Value : null;

    /// <summary>Whether the login has other settings than when it was proven, so that no new session is like the one proven.</summary>
    public static bool IsOfRole(string reason) => reason.EndsWith(RoleSettings, StringComparison.Ordinal);

    static string Prefix((string Enter, int Parameters) of, string attest) =>
        string.Format(CultureInfo.InvariantCulture, attest, of.Parameters + 1, of.Parameters + 2, of.Parameters + 3) + of.Enter["select ".Length..];

    static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    [GeneratedRegex(@"\Atenancy: the session was left with ([a-z, ]{1,200})\z")]
    private static partial Regex LeftWith();

    sealed record Baseline(string? Roles, string? Settings, string Watched);
}
