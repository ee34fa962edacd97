namespace Tenancy.TestKit;

/// <summary>A message that a client sent.</summary>
/// <param name="Session">Which connection to the proxy it came on.</param>
/// <param name="User">The login that the connection named at its start.</param>
/// <param name="Type">The message's type (documentation, §55.7).</param>
/// <param name="Sql">The statement it carries, or that it binds to.</param>
/// <param name="Trip">The client's turns so far on that connection: each follows something the server said.</param>
public sealed record FrontendMessage(int Session, string User, char Type, string Sql, int Trip);
