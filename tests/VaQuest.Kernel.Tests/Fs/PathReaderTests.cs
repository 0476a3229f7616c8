// PathReaderTests: paths across mounts, deleted names, made-up names.
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using Xunit;

namespace VaQuest.Kernel.Tests.Fs;

public sealed class PathReaderTests
{
    private readonly FakeFileSystem _fs = new();

    [Fact]
    public void JoinsNamesAcrossMounts()
    {
        ulong root = _fs.Dentry("/");
        ulong top = _fs.Mount(root);
        ulong var = _fs.Dentry("var", root);
        ulong inner = _fs.Dentry("/");
        ulong mount = _fs.Mount(inner, top, var);
        ulong log = _fs.Dentry("bär", _fs.Dentry("log", inner));

        Assert.Equal(new KernelPath("/var/log/bär"), _fs.PathOf(mount, log));
        Assert.Equal(new KernelPath("/var"), _fs.PathOf(mount, inner));
        Assert.Equal(new KernelPath("/"), _fs.PathOf(top, root));
        Assert.Equal(new KernelPath("/log/bär"), _fs.Paths.ReadInFileSystem(new VirtAddr(log)));
    }

    [Fact]
    public void MarksDeletedNamesAndDetachedMounts()
    {
        ulong root = _fs.Dentry("/");
        ulong file = _fs.Dentry("gone", root);
        _fs.Set(file, "dentry", "d_hash.pprev", 0);
        Assert.Equal(new KernelPath("/gone") { IsDeleted = true }, _fs.PathOf(_fs.Mount(root), file));
        Assert.Equal(new KernelPath("/gone") { IsDeleted = true, IsDetached = true }, _fs.PathOf(_fs.Mount(root, space: 0), file));
    }

    [Theory]
    [InlineData("pipefs", "", "pipe:[4711]")]
    [InlineData("sockfs", "", "socket:[4711]")]
    [InlineData("anon_inodefs", "[eventfd]", "anon_inode:[eventfd]")]
    [InlineData("tmpfs", "memfd:x", "/memfd:x")]
    [InlineData("otherfs", "thing", "otherfs:thing")]
    public void NamesWhatIsInNoDirectory(string type, string name, string expected)
    {
        ulong file = Pseudo(type, name);
        Assert.Equal(expected, _fs.PathOf(_fs.Mount(_fs.Dentry("/")), file).Text);
    }

    [Fact]
    public void KeepsLatin1NamesThatAreNoUtf8()
    {
        ulong root = _fs.Dentry("/");
        ulong file = _fs.Dentry("ab", root);
        ulong name = _fs.Allocate();
        _fs.Memory.Write(name, [0x61, 0xff]);
        _fs.Set(file, "dentry", "d_name.name", name);
        Assert.Equal("/aÿ", _fs.PathOf(_fs.Mount(root), file).Text);
    }

    private ulong Pseudo(string type, string name)
    {
        ulong file = _fs.Dentry(name, _fs.Dentry("/"));
        ulong operations = _fs.Allocate();
        ulong inode = _fs.Allocate();
        ulong super = _fs.Allocate();
        ulong kind = _fs.Allocate();
        _fs.Set(operations, "dentry_operations", "d_dname", 0xffffffff81000000);
        _fs.Set(inode, "inode", "i_ino", 4711);
        _fs.Set(super, "super_block", "s_type", kind);
        _fs.Set(kind, "file_system_type", "name", _fs.Text(type));
        _fs.Set(file, "dentry", "d_op", operations);
        _fs.Set(file, "dentry", "d_inode", inode);
        _fs.Set(file, "dentry", "d_sb", super);
        return file;
    }
}
