using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks a tier's limits; the name passed in is the tier's path in configuration.</summary>
[OptionsValidator]
internal sealed partial class TierValidator : IValidateOptions<Tier>;

/// <summary>Checks the limits of queries.</summary>
[OptionsValidator]
internal sealed partial class QueryValidator : IValidateOptions<QueryLimits>;

/// <summary>Checks the limits of what is stored.</summary>
[OptionsValidator]
internal sealed partial class StorageValidator : IValidateOptions<StorageLimits>;

/// <summary>Checks the limits of one thing that is counted.</summary>
[OptionsValidator]
internal sealed partial class QuotaValidator : IValidateOptions<QuotaLimits>;
