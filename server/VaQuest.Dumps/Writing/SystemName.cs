// SystemName: what uname says of the crashed machine, for the header of a dump.
namespace VaQuest.Dumps.Writing;

/// <summary>struct new_utsname (include/uapi/linux/utsname.h); unknown fields are empty.</summary>
public sealed record SystemName(string System, string Node, string Release, string Version, string Machine, string Domain)
{
    /// <summary>The fields in the order of the structure.</summary>
    public IReadOnlyList<string> Fields => [System, Node, Release, Version, Machine, Domain];
}
