using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class TenantLoginTests
{
    static readonly string Key = Convert.ToBase64String(new byte[32]);

    [Theory]
    [InlineData("simple")]
    [InlineData("with ' quote \" and \\ back")]
    [InlineData(" leading and trailing ")]
    public async Task A_verifier_logs_in_for_real_and_with_its_password_only(string password)
    {
        var role = "login_" + Guid.NewGuid().ToString("n");
        await PrivateCluster.ExecuteAsync("postgres", $"create role {role} login password {SqlIdentifier.Literal(ScramVerifier.Create(password))}");
        try
        {
            foreach (var given in new[] { password, password + "x" })
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
                {
                    Username = role, Password = given, Pooling = false,
                }.ConnectionString);
                if (given == password)
                    await connection.OpenAsync();
                else
                    Assert.Equal("28P01", (await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync())).SqlState);
            }
        }
        finally
        {
            await PrivateCluster.ExecuteAsync("postgres", $"drop role {role}");
        }
    }

    [Fact]
    public void A_verifier_matches_its_own_password_and_no_other()
    {
        var verifier = ScramVerifier.Create("one");
        Assert.True(ScramVerifier.Matches(verifier, "one"));
        Assert.False(ScramVerifier.Matches(verifier, "another"));
        Assert.False(ScramVerifier.Matches(verifier + "x", "one"));
        foreach (var other in new[] { null, "", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:?$a:b", "SCRAM-SHA-256$1:AAAA$a:b" })
            Assert.False(ScramVerifier.Matches(other, "one"));
    }

    [Fact]
    public void Verifiers_are_salted_and_take_ascii_only()
    {
        Assert.NotEqual(ScramVerifier.Create("same"), ScramVerifier.Create("same"));
        Assert.DoesNotContain("same", ScramVerifier.Create("same"), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ScramVerifier.Create("é"));
    }

    [Fact]
    public void A_password_derives_from_the_key_and_the_role()
    {
        var login = new TenantLogin(Key);
        Assert.Equal(login.PasswordOf("t_a"), new TenantLogin(Key).PasswordOf("t_a"));
        Assert.NotEqual(login.PasswordOf("t_a"), login.PasswordOf("t_b"));
        Assert.NotEqual(login.PasswordOf("t_a"), new TenantLogin(Convert.ToBase64String([.. new byte[31], 1])).PasswordOf("t_a"));
        Assert.Equal(43, login.PasswordOf("t_a").Length);
    }
}
