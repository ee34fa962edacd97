using Npgsql;

namespace Tenancy;

/// <summary>
/// The parameter <c>@tenant</c>, which the connection fills in with the id of the tenant in scope. It lets a statement say
/// to the planner what the policy hides from it: <c>where tenant_id = @tenant</c>.
/// </summary>
internal static class TenantParameter
{
    public const string Name = "tenant";

    const string Placeholder = "@" + Name;

    /// <summary>Whether a statement names the tenant, and its caller gave no parameter of that name, nor positional ones.</summary>
    public static bool IsWanted(string text, NpgsqlParameterCollection parameters) =>
        text.Contains(Placeholder, StringComparison.OrdinalIgnoreCase)
        && !parameters.Contains(Name)
        && (parameters.Count == 0 || parameters[0].ParameterName.Length > 0)
        && IsNamed(text);

    public static NpgsqlParameter Create(TenantId tenant) => new NpgsqlParameter<Guid>(Name, tenant.Value);

    static bool IsNamed(string text)
    {
        var lexer = new StatementLexer(text);
        // Behind these an @ ends an operator, <@ or @@; behind any other the driver takes it for a parameter.
        var (couldBeOperator, sign) = (false, false);
        for (var token = lexer.Next(); token != StatementLexer.Token.End; token = lexer.Next())
        {
            if (sign && lexer.Follows && token == StatementLexer.Token.Word && lexer.Is(Name))
                return true;
            sign = lexer.Is('@') && !(couldBeOperator && lexer.Follows);
            couldBeOperator = lexer.Is('<') || lexer.Is('@');
        }

        return false;
    }
}
