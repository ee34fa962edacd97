using System.Text.RegularExpressions;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Docs;

/// <summary>docs/api.md: every line of curl prints what the page says, and every endpoint has one.</summary>
[Collection(InboxCollection.Name)]
public sealed class ApiPageTests(InboxFixture inbox)
{
    [Fact]
    public async Task Every_line_prints_what_the_page_says_and_every_endpoint_has_a_line_that_works()
    {
        var operations = await inbox.ReadOperationsAsync();
        var lines = CurlLine.Read(await File.ReadAllTextAsync(PagePath()));
        var worked = await RunAsync(lines, operations);
        Assert.Empty(operations.Select(operation => operation.ToString()).Except(worked));
        Assert.True(lines.Count >= operations.Count, $"The page has {lines.Count} lines.");
    }

    [Fact]
    public async Task A_wrong_status_header_or_member_is_caught()
    {
        var operations = await inbox.ReadOperationsAsync();
        foreach (var (said, difference) in ((string, string)[])
                 [("# 201 {tenants, next}", "the status is 200"), ("# 200 ETag {tenants, next}", "no header ETag"),
                  ("# 200 {tenants}", "members are"), ("# 200", "members are"), ("# 200 {tenants, next, more}", "members are")])
        {
            var lines = CurlLine.Read($"```sh\ncurl -sSi -H \"Authorization: Bearer $ADMIN\" \"$URL/admin/tenants\"\n{said}\n```\n");
            var caught = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(lines, operations));
            Assert.Contains(difference, caught.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("curl -sSi \"$URL/nothing/here\"\n# 404 {type, title, status, detail}", "is no endpoint")]
    [InlineData("curl -sSi \"$NOWHERE/health/live\"\n# 200", "NOWHERE")]
    [InlineData("curl --no-such-option \"$URL/health/live\"\n# 200", "ended with")]
    public async Task A_line_that_cannot_be_run_or_is_for_no_endpoint_is_caught(string block, string why)
    {
        var operations = await inbox.ReadOperationsAsync();
        var caught = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(CurlLine.Read($"```sh\n{block}\n```\n"), operations));
        Assert.Contains(why, caught.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("curl -sSi \"$URL\"\n")]
    [InlineData("curl -sSi \"$URL\"\n# yes")]
    [InlineData("wget \"$URL\"\n# 200")]
    public void A_line_of_which_nothing_is_said_is_caught(string block) =>
        Assert.Throws<FormatException>(() => CurlLine.Read($"```sh\n{block}\n```\n"));

    [Fact]
    public async Task An_endpoint_without_a_line_is_caught()
    {
        var operations = await inbox.ReadOperationsAsync();
        var page = await File.ReadAllTextAsync(PagePath());
        var without = CurlLine.Read(page.Replace("\"$URL/health/ready\"", "\"$URL/health/live\"", StringComparison.Ordinal));
        Assert.Equal(["GET /health/ready"], operations.Select(operation => operation.ToString()).Except(await RunAsync(without, operations)));
    }

    /// <summary>Runs the lines from top to bottom, and returns the operations that one of them had a success with.</summary>
    async Task<HashSet<string>> RunAsync(IReadOnlyList<CurlLine> lines, IReadOnlyList<ApiOperation> operations)
    {
        var variables = new Dictionary<string, string>
        {
            ["URL"] = inbox.Address.ToString().TrimEnd('/'),
            ["ADMIN"] = inbox.Administrator,
            ["TOKEN"] = inbox.Token("contoso"),
        };
        // A run that failed half-way leaves the page's tenant behind.
        await inbox.SendAsync(HttpMethod.Delete, "/admin/tenants/contoso", inbox.Administrator);
        var worked = new HashSet<string>();
        foreach (var line in lines)
        {
            var operation = OperationOf(line, operations);
            var answer = await Curl.RunAsync(line.Command, variables);
            if (answer.Differs(line) is { } difference)
                throw new InvalidOperationException($"Line {line.Number}: {difference}.\n{line.Command}\n{answer.Body}");
            foreach (var (name, from) in line.Kept)
                variables[name] = answer.Keep(from);
            if (operation is not null && answer.Status < 300)
                worked.Add(operation.ToString());
        }

        return worked;
    }

    /// <summary>The operation a line is for; none for the document itself.</summary>
    static ApiOperation? OperationOf(CurlLine line, IReadOnlyList<ApiOperation> operations)
    {
        var address = Regex.Match(line.Command, @"""\$[A-Z]+(?<path>/[^""?]*)(\?[^""]*)?""").Groups["path"].Value;
        var method = Regex.Match(line.Command, @" -X (?<method>[A-Z]+) ") is { Success: true } named
            ? new HttpMethod(named.Groups["method"].Value)
            : line.Command.Contains(" -d ", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get;
        return address == ApiDocument.Address
            ? null
            : ApiDocument.Find(operations, method, address) ??
              throw new InvalidOperationException($"Line {line.Number}: {method} {address} is no endpoint of the API's document.");
    }

    static string PagePath() => Path.Combine(Curl.Root, "docs", "api.md");
}
