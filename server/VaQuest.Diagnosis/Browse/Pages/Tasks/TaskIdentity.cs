// TaskIdentity: credentials, namespaces, limits and control groups of a task.
using VaQuest.Kernel.Cgroups;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>Who a task is to the rest of the kernel.</summary>
internal static class TaskIdentity
{
    public static Table CredentialsOf(TaskCredentials credentials) => Table.Record(
        "credentials",
        "Credentials",
        [
            ("address", "cred", MemberCells.Pointer(credentials.Address, "struct cred")),
            .. credentials.Ids.Select(pair => (pair.Name, pair.Name, MemberCells.Number(pair.Id))),
            ("groups", "groups", credentials.Groups is { } groups ? Cell.List([.. groups.Select(Cell.Of)]) : Cell.Absent("they could not be read")),
            .. credentials.Capabilities.Select(pair => (pair.Name + "Capabilities", pair.Name + " capabilities", MemberCells.Names(pair.Set, CapabilityNames.NamesOf))),
            .. credentials.Capabilities.Select(pair => (pair.Name + "Bits", "", MemberCells.Hex(pair.Set))),
            ("secureBits", "secure bits", MemberCells.Hex(credentials.SecureBits)),
            ("userNamespace", "user namespace", MemberCells.Number(credentials.UserNamespace)),
        ]);

    public static Table NamespacesOf(IReadOnlyList<(string Name, MemberValue Address, string Tag, MemberValue Number)> spaces) => new(
        "namespaces",
        "Namespaces",
        [new("kind", "KIND"), new("number", "NUMBER", true), new("address", "ADDRESS")],
        [
            .. spaces.Select(space => (IReadOnlyList<Cell>)
            [
                Cell.Of(space.Name), MemberCells.Number(space.Number), MemberCells.Pointer(space.Address, "struct " + space.Tag),
            ]),
        ]);

    public static Table LimitsOf(IReadOnlyList<ResourceLimit> limits) => new(
        "limits",
        "Limits",
        [new("limit", "LIMIT"), new("current", "CURRENT", true), new("most", "MOST", true)],
        [.. limits.Select(limit => (IReadOnlyList<Cell>)[Cell.Of(limit.Name), Limit(limit.Current), Limit(limit.Most)])]);

    public static Table CgroupsOf(PageContext context, KernelTask task)
    {
        IReadOnlyList<KernelCgroup> groups = new CgroupReader(context.Kernel.Objects, context.Kernel.Symbols.FindAddress).ReadOf(task.Address, out string? problem);
        return new Table(
            "cgroups",
            "Control groups",
            [new("hierarchy", "HIERARCHY", true), new("controllers", "CONTROLLERS"), new("address", "CGROUP"), new("path", "PATH")],
            [
                .. groups.Select(group => (IReadOnlyList<Cell>)
                [
                    MemberCells.Signed(group.Hierarchy),
                    Cell.List(group.Controllers),
                    MemberCells.Pointer(group.Address, "", "struct cgroup"),
                    Cell.Of(group.Path),
                ]),
            ]) { Notes = problem is null ? [] : [problem] };
    }

    // RLIM_INFINITY.
    private static Cell Limit(MemberValue value) => value.Bits == ulong.MaxValue ? Cell.Of("unlimited") : MemberCells.Number(value);
}
