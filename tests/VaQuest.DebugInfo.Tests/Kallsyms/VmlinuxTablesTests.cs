// VmlinuxTablesTests: kallsyms, BTF and ORC of real kernels against the ELF symbol table and pahole.
using System.Diagnostics;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.DebugInfo.Orc;
using VaQuest.DebugInfo.Types;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.DebugInfo.Tests.Kallsyms;

public sealed class VmlinuxTablesTests(ITestOutputHelper output)
{
    /// <summary>Truth: the linker's own symbol table. kallsyms leaves out some symbols, so the check goes from kallsyms to ELF.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void KallsymsAgreesWithTheElfSymbolTable(string kernel)
    {
        var memory = new VmlinuxMemory(Lab.KernelFile(kernel, "vmlinux")!);
        KallsymsTable table = KallsymsTable.Open(Locate(memory), memory.Read);
        var elf = new Dictionary<string, HashSet<ulong>>(StringComparer.Ordinal);
        for (int i = 0; i < memory.Image.Symbols.Count; i++)
        {
            ElfSymbol symbol = memory.Image.Symbols[i];
            string name = memory.Image.Symbols.NameOf(symbol);
            (elf.TryGetValue(name, out HashSet<ulong>? values) ? values : elf[name] = []).Add(symbol.Value);
        }

        int wrong = 0;
        for (int i = 0; i < table.Count; i++)
        {
            string name = table.NameOf(i, out _);
            bool agrees = elf.TryGetValue(name, out HashSet<ulong>? values) && values.Contains(table.AddressOf(i));
            wrong += agrees ? 0 : 1;
        }

        output.WriteLine($"{kernel}: {table.Count} symbols, {wrong} not in the ELF table at that address, name order: {table.HasNameOrder}");
        Assert.InRange(table.Count, 50_000, 1_000_000);
        Assert.Equal(0, wrong);
        for (int i = 0; i < table.Count; i += 997)
        {
            Assert.Contains(i, table.FindByName(table.NameOf(i, out _)));
        }
    }

    /// <summary>Truth: pahole reading the same file's BTF (it prints sizes and offsets of its own decoder).</summary>
    [LabKernelTheory]
    [LabKernels]
    public void BtfAgreesWithPahole(string kernel)
    {
        string vmlinux = Lab.KernelFile(kernel, "vmlinux")!;
        var memory = new VmlinuxMemory(vmlinux);
        BtfCatalog catalog = BtfCatalog.Open(memory.Image.FindData(".BTF")!.Value, "test");
        Assert.Null(catalog.Damage);
        foreach (string name in (string[])["task_struct", "module", "page", "mm_struct", "file", "inode", "sk_buff", "rq", "mutex", "device"])
        {
            StructType type = catalog.FindStruct(name)!;
            if (PaholeSize(vmlinux, name) is { } size)
            {
                Assert.Equal(size, type.ByteSize);
            }

            Assert.NotEmpty(type.Members);
        }
    }

    /// <summary>Truth: the table must be sorted and cover the kernel's text, or the kernel itself could not unwind.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void OrcCoversTheText(string kernel)
    {
        var memory = new VmlinuxMemory(Lab.KernelFile(kernel, "vmlinux")!);
        ulong rows = memory.AddressOf("__start_orc_unwind");
        int count = (int)((memory.AddressOf("__stop_orc_unwind") - rows) / OrcRow.Size);
        var table = new OrcTable(memory.AddressOf("__start_orc_unwind_ip"), rows, count, LayoutOf(memory, kernel), memory.Read);
        foreach (string function in (string[])["schedule", "panic", "vfs_write", "do_syscall_64"])
        {
            Assert.True(table.TryFind(memory.AddressOf(function), out OrcRow row));
            Assert.Equal((OrcRowType.Call, OrcRegister.Sp, (short)8), (row.Type, row.SpBase, row.SpOffset));
        }
    }

    private static KallsymsLocation Locate(VmlinuxMemory memory)
    {
        ulong Find(string name) => memory.Image.Symbols.FindByName(name)?.Value ?? 0;
        return new KallsymsLocation
        {
            Names = Find("kallsyms_names"),
            SymbolCount = Find("kallsyms_num_syms"),
            TokenTable = Find("kallsyms_token_table"),
            TokenIndex = Find("kallsyms_token_index"),
            Offsets = Find("kallsyms_offsets"),
            RelativeBase = Find("kallsyms_relative_base"),
            Addresses = Find("kallsyms_addresses"),
            TextStart = Find("_stext"),
        };
    }

    private static OrcLayout LayoutOf(VmlinuxMemory memory, string kernel) =>
        memory.Image.FindData(".orc_header") is { } header && OrcDecoder.LayoutOfHeader(header.Span(0, OrcDecoder.HeaderSize)) is { } layout
            ? layout
            : OrcDecoder.LayoutOfRelease(kernel);

    private static long? PaholeSize(string vmlinux, string name)
    {
        try
        {
            using var pahole = Process.Start(new ProcessStartInfo("pahole", ["-F", "btf", "-C", name, vmlinux]) { RedirectStandardOutput = true })!;
            string text = pahole.StandardOutput.ReadToEnd();
            pahole.WaitForExit();
            var match = System.Text.RegularExpressions.Regex.Match(text, @"/\* size: (\d+),");
            return match.Success ? long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
