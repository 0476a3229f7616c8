// CgroupReaderTests: a tree of groups, and one whose children are their own parents.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Cgroups;
using Xunit;

namespace VaQuest.Kernel.Tests.Cgroups;

public sealed class CgroupReaderTests
{
    private const ulong Roots = 0x10000;
    private const ulong Root = 0x20000;
    private const ulong Child = 0x30000;

    private readonly FakeKernelMemory _memory = new();

    private readonly FakeTypes _types = new(
        "cgroup_root: hierarchy_id root_list.next root_list.prev name cgrp.self.sibling.next cgrp.self.sibling.prev cgrp.self.children.next cgrp.self.children.prev cgrp.self.cgroup cgrp.kn cgrp.root",
        "cgroup: self.sibling.next self.sibling.prev self.children.next self.children.prev self.cgroup kn root",
        "kernfs_node: parent name");

    public CgroupReaderTests()
    {
        Link(Roots, At(Root, "cgroup_root", "root_list"));
        Link(Children(Group(Root)), Sibling(Child));
        Link(Children(Child));
        _types.Set(_memory, Group(Root), "cgroup", "self.cgroup", Group(Root));
        _types.Set(_memory, Child, "cgroup", "self.cgroup", Child);
        Node(Group(Root), 0x40000, 0, "");
        Node(Child, 0x50000, 0x40000, "system.slice");
        _types.Set(_memory, Root, "cgroup_root", "hierarchy_id", 0);
        _types.Set(_memory, Root, "cgroup_root", "name", 0);
        _types.Set(_memory, Child, "cgroup", "root", Root);
    }

    [Fact]
    public void ReadsGroupsWithTheirPaths()
    {
        CgroupHierarchy hierarchy = Assert.Single(Read());
        Assert.Null(hierarchy.Damage);
        Assert.Equal(["/", "/system.slice"], hierarchy.Groups.Select(group => group.Path));
    }

    [Fact]
    public void EndsATreeThatRunsInACircle()
    {
        // The child's list of children leads to the child itself, and on to the list's other end, which is no group.
        _memory.WriteUInt64(Children(Child), Sibling(Child));
        CgroupHierarchy hierarchy = Assert.Single(Read());
        Assert.Contains("circle", hierarchy.Damage, StringComparison.Ordinal);
        Assert.Equal([Group(Root), Child], hierarchy.Groups.Select(group => group.Address.Value));
    }

    [Fact]
    public void MarksPathsWhoseParentsAreLost()
    {
        _types.Set(_memory, 0x50000, "kernfs_node", "parent", 0x7000000);
        Assert.Equal("…/system.slice", Assert.Single(Read()).Groups[1].Path);
    }

    private IReadOnlyList<CgroupHierarchy> Read() =>
        new CgroupReader(_types.Over(_memory), name => name == "cgroup_roots" ? new VirtAddr(Roots) : null).Read([], out _);

    private ulong Group(ulong root) => At(root, "cgroup_root", "cgrp");

    private ulong Children(ulong group) => At(group, "cgroup", "self.children");

    private ulong Sibling(ulong group) => At(group, "cgroup", "self.sibling");

    private ulong At(ulong structure, string tag, string path) => _types.AddressOf(structure, tag, path);

    private void Link(ulong head, params ulong[] entries)
    {
        ulong[] ring = [head, .. entries, head];
        for (int i = 0; i + 1 < ring.Length; i++)
        {
            _memory.WriteUInt64(ring[i], ring[i + 1]);
            _memory.WriteUInt64(ring[i + 1] + 8, ring[i]);
        }
    }

    private void Node(ulong group, ulong node, ulong parent, string name)
    {
        _types.Set(_memory, group, "cgroup", "kn", node);
        _types.Set(_memory, node, "kernfs_node", "parent", parent);
        _types.Set(_memory, node, "kernfs_node", "name", node + 0x100);
        _memory.Write(node + 0x100, [.. Encoding.UTF8.GetBytes(name), 0]);
    }
}
