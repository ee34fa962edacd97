using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Tenancy;

/// <summary>A refusal as it is told to the caller. It depends on nothing that the request said.</summary>
internal sealed class TenantProblem
{
    public const string ContentType = "application/problem+json";

    const string PoliciesKey = "violated-policies";

    public static readonly TenantProblem NotFound = new(
        StatusCodes.Status404NotFound, TenancyProblems.TenantNotFound, "Tenant not found",
        "No such tenant is open to you. Check its name in the address, and that your token is issued for it.");

    public static readonly TenantProblem Required = new(
        StatusCodes.Status400BadRequest, TenancyProblems.TenantRequired, "Tenant required",
        "This needs a tenant and the request names none. Sign in for an organisation, or name it in the address.");

    public static readonly TenantProblem Suspended = new(
        StatusCodes.Status403Forbidden, TenancyProblems.TenantSuspended, "Tenant suspended",
        "Your tenant is suspended; its data is kept. Ask your administrator to have it resumed.");

    public static readonly TenantProblem NotReady = new(
        StatusCodes.Status503ServiceUnavailable, TenancyProblems.TenantNotReady, "Tenant not ready",
        "Your tenant is being created. Repeat the request after the time that Retry-After gives.", retryAfter: "5");

    public static readonly TenantProblem QueryTimeout = new(
        StatusCodes.Status504GatewayTimeout, TenancyProblems.QueryTimeout, "Query timeout",
        "A query ran for longer than your tenant's tier allows, and was ended. Ask for less at once, or have the tier raised.");

    public TenantProblem(
        int status, string type, string title, string detail, string? retryAfter = null, IReadOnlyList<string>? violatedPolicies = null)
    {
        Status = status;
        Type = type;
        Title = title;
        Detail = detail;
        RetryAfter = retryAfter;
        ViolatedPolicies = violatedPolicies ?? [];
        Body = ToJson();
    }

    public int Status { get; }

    public string Type { get; }

    public string Title { get; }

    public string Detail { get; }

    /// <summary>The same for gRPC: a code of its own list.</summary>
    public string GrpcStatus => Status switch
    {
        StatusCodes.Status400BadRequest => "3",
        StatusCodes.Status403Forbidden => "7",
        StatusCodes.Status404NotFound => "5",
        StatusCodes.Status429TooManyRequests or StatusCodes.Status422UnprocessableEntity or StatusCodes.Status413PayloadTooLarge => "8",
        StatusCodes.Status504GatewayTimeout => "4",
        _ => "14",
    };

    /// <summary>Seconds; <see langword="null"/> where repeating does not help.</summary>
    public string? RetryAfter { get; }

    /// <summary>The policies that refused, if it were some.</summary>
    public IReadOnlyList<string> ViolatedPolicies { get; }

    /// <summary>The problem as JSON, without anything of the host's or of the request.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    public static TenantProblem For(TenantResolutionOutcome outcome) =>
        outcome == TenantResolutionOutcome.NoneGiven ? Required : NotFound;

    public static TenantProblem For(TenantStatus? status) => status switch
    {
        TenantStatus.Suspended => Suspended,
        TenantStatus.Provisioning => NotReady,
        _ => NotFound,
    };

    public ProblemDetails ToDetails()
    {
        var details = new ProblemDetails { Type = Type, Title = Title, Status = Status, Detail = Detail };
        if (ViolatedPolicies.Count == 0)
            return details;
        // As JSON already: the host's serializer may know no lists of texts.
        using var body = JsonDocument.Parse(Body);
        details.Extensions[PoliciesKey] = body.RootElement.GetProperty(PoliciesKey).Clone();
        return details;
    }

    byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", Type);
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteString("detail", Detail);
            if (ViolatedPolicies.Count > 0)
            {
                json.WriteStartArray(PoliciesKey);
                foreach (var policy in ViolatedPolicies)
                    json.WriteStringValue(policy);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
