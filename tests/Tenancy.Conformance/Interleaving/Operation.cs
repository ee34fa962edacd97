namespace Tenancy.Conformance;

/// <summary>What one step of an interleaving does.</summary>
public enum Operation
{
    Read, ReadPart, Insert, Update, Delete, Commit, RollBack, Savepoint, Abandon, Fail, Cancel, TimeOut, Kill, Inject, Poison, Batch,
}
