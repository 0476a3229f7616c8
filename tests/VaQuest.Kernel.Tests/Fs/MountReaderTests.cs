// MountReaderTests: the list of a namespace's mounts, whole and broken.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using Xunit;

namespace VaQuest.Kernel.Tests.Fs;

public sealed class MountReaderTests
{
    private readonly FakeFileSystem _fs = new();

    [Fact]
    public void ReadsEveryMountAndLeavesOutCursors()
    {
        (ulong space, ulong[] mounts) = Namespace(3);
        _fs.Set(mounts[1], "mount", "mnt.mnt_flags", 0x10000000);
        _fs.Set(mounts[1], "mount", "mnt.mnt_sb", 0);

        MountList list = new MountReader(_fs.Objects).Read(new VirtAddr(space));
        Assert.Null(list.Damage);
        Assert.Equal([mounts[0], mounts[2]], list.Mounts.Select(mount => mount.Address.Value));
        Assert.Equal("/", list.Mounts[0].Point.Text);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xdead000000000100UL)]
    [InlineData(0x7fff00000000UL)]
    public void ShowsWhatIsOnBothSidesOfABrokenLink(ulong link)
    {
        (ulong space, ulong[] mounts) = Namespace(4);
        _fs.Set(mounts[1], "mount", "mnt_list.next", link);

        MountList list = new MountReader(_fs.Objects).Read(new VirtAddr(space));
        Assert.Contains("breaks at", list.Damage, StringComparison.Ordinal);
        Assert.Superset(mounts.ToHashSet(), list.Mounts.Select(mount => mount.Address.Value).ToHashSet());
    }

    [Fact]
    public void EndsAListThatRunsInACircle()
    {
        (ulong space, ulong[] mounts) = Namespace(3);
        _fs.Set(mounts[2], "mount", "mnt_list.next", _fs.Types.AddressOf(mounts[0], "mount", "mnt_list"));

        MountList list = new MountReader(_fs.Objects).Read(new VirtAddr(space));
        Assert.Contains("runs in a circle", list.Damage, StringComparison.Ordinal);
        Assert.Equal(3, list.Mounts.Count);
    }

    [Fact]
    public void GivesReasonsForMembersOfAMissingMount()
    {
        KernelMount mount = new MountReader(_fs.Objects).ReadMount(new VirtAddr(0x7000000));
        Assert.Null(mount.Id.Bits);
        Assert.Contains("not in the dump at 0x7000", mount.Id.Reason, StringComparison.Ordinal);
        Assert.Empty(mount.Options);
    }

    [Theory]
    [InlineData(0x20UL, 0UL, "rw,relatime")]
    [InlineData(0x47UL, 0UL, "ro,nosuid,nodev,noexec")]
    [InlineData(0x8UL, 0x11UL, "ro,sync,noatime")]
    public void NamesOptionsAsProcMountsDoes(ulong mount, ulong super, string expected) =>
        Assert.Equal(expected, string.Join(',', MountOptions.NamesOf(mount, super)));

    private (ulong Space, ulong[] Mounts) Namespace(int count)
    {
        ulong space = _fs.Allocate();
        ulong[] mounts = [.. Enumerable.Range(0, count).Select(_ => _fs.Mount(_fs.Dentry("/")))];
        ulong head = _fs.Types.AddressOf(space, "mnt_namespace", "list");
        ulong[] ring = [head, .. mounts.Select(mount => _fs.Types.AddressOf(mount, "mount", "mnt_list")), head];
        for (int i = 0; i + 1 < ring.Length; i++)
        {
            _fs.Memory.WriteUInt64(ring[i], ring[i + 1]);
            _fs.Memory.WriteUInt64(ring[i + 1] + 8, ring[i]);
        }

        return (space, mounts);
    }
}
