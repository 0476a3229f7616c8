// PathReaderHostileTests: damaged dentries and mounts: the walk ends, says where, and keeps what it has.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using Xunit;

namespace VaQuest.Kernel.Tests.Fs;

public sealed class PathReaderHostileTests
{
    private readonly FakeFileSystem _fs = new();

    [Fact]
    public void EndsParentsThatRunInACircle()
    {
        ulong first = _fs.Dentry("a");
        ulong second = _fs.Dentry("b", first);
        _fs.Set(first, "dentry", "d_parent", second);

        KernelPath path = _fs.PathOf(_fs.Mount(_fs.Dentry("/")), second);
        Assert.Equal("…/a/b", path.Text);
        Assert.Contains("run in a circle at the dentry 0x", path.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void EndsMountsThatRunInACircle()
    {
        ulong root = _fs.Dentry("/");
        ulong first = _fs.Mount(root);
        ulong second = _fs.Mount(root, first, root);
        _fs.Set(first, "mount", "mnt_parent", second);
        _fs.Set(first, "mount", "mnt_mountpoint", root);
        Assert.Contains("run in a circle", _fs.PathOf(second, root).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepsNamesBelowAMissingDentry()
    {
        ulong root = _fs.Dentry("/");
        ulong middle = _fs.Dentry("middle", root);
        ulong file = _fs.Dentry("file", middle);
        _fs.Memory.Pages.Lose(middle, ReadStatus.Excluded);

        KernelPath path = _fs.PathOf(_fs.Mount(root), file);
        Assert.Equal("…/file", path.Text);
        Assert.Contains(FormattableString.Invariant($"the dentry at 0x{middle:x} cannot be read: page excluded"), path.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepsNamesBelowAMissingMount()
    {
        ulong root = _fs.Dentry("/");
        ulong mount = _fs.Mount(root, _fs.Allocate(), root);
        _fs.Memory.Pages.Lose(mount, ReadStatus.NotInDump);
        KernelPath path = _fs.PathOf(mount, _fs.Dentry("file", root));
        Assert.Equal("…/file", path.Text);
        Assert.NotNull(path.Problem);
    }

    [Theory]
    [InlineData(5000UL)]
    [InlineData(ulong.MaxValue)]
    public void RefusesNamesOfImpossibleLength(ulong length)
    {
        ulong root = _fs.Dentry("/");
        ulong file = _fs.Dentry("file", root);
        _fs.Set(file, "dentry", "d_name.len", length);
        Assert.NotNull(_fs.PathOf(_fs.Mount(root), file).Problem);
    }

    [Fact]
    public void EndsPathsThatAreTooDeep()
    {
        ulong at = _fs.Dentry("/");
        ulong mount = _fs.Mount(at);
        for (int i = 0; i < PathReader.MaxSteps + 10; i++)
        {
            at = _fs.Dentry("d", at);
        }

        Assert.Contains("more than", _fs.PathOf(mount, at).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TellsOfFilesThatWereMovedOutOfTheirMount()
    {
        ulong file = _fs.Dentry("file", _fs.Dentry("/"));
        KernelPath path = _fs.PathOf(_fs.Mount(_fs.Dentry("/")), file);
        Assert.Equal(("…/file", "it is outside of what is mounted there"), (path.Text, path.Problem));
    }
}
