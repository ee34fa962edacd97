using System.Text.RegularExpressions;

namespace Tenancy.TestKit;

/// <summary>What a recorded conversation says about scopes and round trips.</summary>
public static partial class Conversation
{
    /// <summary>What the driver sends of its own in simple messages: transactions, and the end of a session of ours.</summary>
    static readonly string[] DriversOwn = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "rollback; select tenancy.discard()", "DISCARD ALL"];

    /// <summary>Groups, each ended by Sync, that execute something without entering a tenant first.</summary>
    public static IReadOnlyList<string> Unscoped(IEnumerable<FrontendMessage> messages)
    {
        var faults = new List<string>();
        foreach (var session in messages.GroupBy(message => message.Session))
        {
            var group = new List<FrontendMessage>();
            foreach (var message in session)
            {
                if (message.Type == 'Q' && !DriversOwn.Any(own => message.Sql.StartsWith(own, StringComparison.Ordinal)))
                    faults.Add("a simple query: " + message.Sql);
                group.Add(message);
                if (message.Type is not ('S' or 'Q'))
                    continue;
                var executed = group.Where(part => part.Type == 'E').ToList();
                var bound = group.FirstOrDefault(part => part.Type == 'B');
                if (executed.Count > 0 && (!IsEnter(executed[0]) || !IsEnter(bound!)))
                    faults.Add("without a scope: " + string.Join(" | ", executed.Select(part => part.Sql)));
                group.Clear();
            }
        }

        return faults;
    }

    /// <summary>Turns of the client's that wait for an answer; ending a session (X) is none.</summary>
    public static int Trips(IEnumerable<FrontendMessage> messages) =>
        messages.Where(message => message.Type != 'X').Select(message => (message.Session, message.Trip)).Distinct().Count();

    public static int Syncs(IEnumerable<FrontendMessage> messages) => messages.Count(message => message.Type is 'S' or 'Q');

    static bool IsEnter(FrontendMessage message) => Enter().IsMatch(message.Sql);

    /// <summary>
    /// The tenant, and behind it its token, and the limits of its tier. Where it is due, the session is attested in the same
    /// statement, before it enters.
    /// </summary>
    [GeneratedRegex(@"\Aselect (tenancy\.attest(_new)?\((\$\d, )?\$\d\), )?tenancy\.enter(_schema|_signed)?\(\$1(, (\$[2-9]|[0-9]+|null|true|false))*\)\z")]
    private static partial Regex Enter();
}
