// FileSystemTypeTests: the list of file system types, in both forms it has had.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Fs;
using Xunit;

namespace VaQuest.Kernel.Tests.Fs;

public sealed class FileSystemTypeTests
{
    private const ulong Head = 0x1000;

    private readonly FakeKernelMemory _memory = new();

    [Theory]
    [InlineData("file_system_type: name fs_flags next", "next", 0)]
    [InlineData("file_system_type: name fs_flags list.next list.pprev", "list.next", 16)]
    public void ListsTheTypes(string layout, string link, ulong linked)
    {
        var types = new FakeTypes(layout);
        ulong[] at = [0x2000, 0x3000];
        string[] names = ["sysfs", "tmpfs"];
        _memory.WriteUInt64(Head, at[0] + linked);
        for (int i = 0; i < at.Length; i++)
        {
            _memory.Write(at[i] + 0x800, [.. Encoding.ASCII.GetBytes(names[i]), 0]);
            types.Set(_memory, at[i], "file_system_type", "name", at[i] + 0x800);
            types.Set(_memory, at[i], "file_system_type", "fs_flags", 0);
            types.Set(_memory, at[i], "file_system_type", link, i + 1 < at.Length ? at[i + 1] + linked : 0);
        }

        var reader = new SuperBlockReader(types.Over(_memory), name => name == "file_systems" ? new VirtAddr(Head) : null);
        Assert.Equal(names, reader.ReadTypes(out string? problem).Select(type => type.Name));
        Assert.Null(problem);
    }
}
