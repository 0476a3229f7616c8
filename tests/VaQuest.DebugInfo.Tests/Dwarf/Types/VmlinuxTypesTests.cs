// VmlinuxTypesTests: types of real kernels agree between DWARF, BTF and pahole; every location expression decodes.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary.Elf;
using VaQuest.Binary.Files;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf.Types;

public sealed partial class VmlinuxTypesTests
{
    private const int Structs = 500;

    /// <summary>Size and every member (name, offset, width of bit fields) of 500 structs of the kernel's BTF, spread over all of it.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void AgreesWithBtf(string kernel)
    {
        ElfImage elf = Open(kernel);
        DwarfImage image = DwarfImage.Open(elf);
        DwarfTypes dwarf = new(image);
        BtfCatalog btf = BtfCatalog.Open(elf.FindData(".BTF")!.Value, "BTF");

        List<string> differences = [];
        int compared = 0;
        foreach (StructType expected in Sample(btf))
        {
            // What is defined inside of a function has no name outside of it.
            StructType? found = dwarf.FindStruct(expected.Name) ?? FindInFunction(image, dwarf, expected.Name);
            compared++;
            if (found is null || Shape(found) != Shape(expected))
            {
                differences.Add($"{expected.Name}: {(found is null ? "missing" : Shape(found))} instead of {Shape(expected)}");
            }
        }

        Assert.Equal(Structs, compared);

        // Some tags are defined differently in several files; BTF keeps each, and either's first is as right as the other's.
        List<string> unexplained = [.. differences.Where(difference => !IsDefinedTwice(dwarf, btf, difference.Split(':')[0]))];
        Assert.Empty(unexplained);
    }

    /// <summary>The same against pahole: byte offset (and bit) of every plain member of the 500 structs, as it prints them.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void AgreesWithPahole(string kernel)
    {
        string? pahole = Array.Find(["/usr/bin/pahole", "/usr/local/bin/pahole"], File.Exists);
        if (pahole is null)
        {
            Console.WriteLine("pahole is not installed: its answers are not compared");
            return;
        }

        BtfCatalog btf = BtfCatalog.Open(Open(kernel).FindData(".BTF")!.Value, "BTF");
        string[] names = [.. Sample(btf).Select(type => type.Name)];
        List<string> wrong = [];
        int structs = 0;
        int members = 0;
        foreach (Match layout in Layout().Matches(RunPahole(pahole, Lab.KernelFile(kernel, "vmlinux")!, names)))
        {
            structs++;
            StructType type = btf.FindStruct(layout.Groups[1].Value)!;
            foreach (Match member in MemberLine().Matches(layout.Groups[2].Value))
            {
                members++;
                string name = member.Groups[1].Success ? member.Groups[1].Value : member.Groups[2].Value;
                long bits = long.Parse(member.Groups[3].Value, CultureInfo.InvariantCulture) * 8;
                bits += member.Groups[4].Success ? long.Parse(member.Groups[4].Value, CultureInfo.InvariantCulture) : 0;
                if (type.FindField(name)?.BitOffset != bits)
                {
                    wrong.Add($"{type.Name}.{name}: {type.FindField(name)?.BitOffset}, pahole says {bits}");
                }
            }
        }

        Assert.InRange(structs, Structs * 9 / 10, Structs * 11 / 10);
        Assert.InRange(members, Structs * 3, int.MaxValue);
        Assert.Empty(wrong);
    }

    /// <summary>All location expressions and lists of every eighth unit: with 100,000 of them every form that the compiler writes is among them.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void DecodesEveryLocation(string kernel)
    {
        DwarfImage image = DwarfImage.Open(Open(kernel));
        long expressions = 0;
        long lists = 0;
        long[] units = [.. image.UnitOffsets.Where((_, index) => index % 8 == 0)];
        foreach (long offset in units)
        {
            DwarfUnit unit = DwarfUnit.Load(image, offset);
            DieReader reader = unit.ReaderAt(unit.Header.HeaderLength);
            while (!reader.IsAtEnd)
            {
                if (!reader.TryReadEntry(out Abbreviation abbreviation))
                {
                    continue;
                }

                foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
                {
                    DwarfValue value = reader.ReadValue(spec);
                    if (value.Form == DwarfForm.Exprloc)
                    {
                        expressions++;
                        ExpressionEvaluator.Check(unit.BlockOf(value), unit.Encoding);
                    }
                    else if (spec.Name == DwarfAttribute.Location && value.IsPresent)
                    {
                        lists++;
                        LocationListReader.Visit(unit, value, (_, _, code) => ExpressionEvaluator.Check(code, unit.Encoding) >= 0);
                    }
                }
            }
        }

        Assert.InRange(expressions, 10_000, long.MaxValue);
        Assert.InRange(lists, 10_000, long.MaxValue);
        Assert.Empty(image.Issues);
    }

    private static ElfImage Open(string kernel)
    {
        string path = Lab.KernelFile(kernel, "vmlinux")!;
        return ElfImage.Parse(MappedFile.Open(path).Region, path);
    }

    // Named structs whose name is not ambiguous, evenly spread.
    private static IEnumerable<StructType> Sample(BtfCatalog btf)
    {
        List<StructType> all = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (long id = 1; id <= btf.Count; id++)
        {
            if (btf.Resolve(id) is StructType { Name.Length: > 0, IsUnion: false } type && names.Add(type.Name))
            {
                all.Add(type);
            }
        }

        return Enumerable.Range(0, Structs).Select(i => all[i * (all.Count / Structs)]);
    }

    private static string Shape(StructType type) => string.Create(CultureInfo.InvariantCulture,
        $"{type.ByteSize}: {string.Join(' ', type.Members.Select(member => $"{member.Name}@{member.BitOffset}/{member.BitSize}"))}");

    private static StructType? FindInFunction(DwarfImage image, DwarfTypes types, string name)
    {
        ReadOnlySpan<byte> strings = image.Sections.Strings.SpanFrom(0);
        int at = strings.IndexOf((byte[])[0, .. System.Text.Encoding.ASCII.GetBytes(name), 0]) + 1;
        byte[] reference = BitConverter.GetBytes(at);
        ReadOnlySpan<byte> info = image.Sections.Info.SpanFrom(0);
        for (int hit = info.IndexOf(reference); hit >= 0 && at > 0;)
        {
            if (GlobalVariables.FindEntryAround(image, hit) is { Tag: DwarfTag.StructureType } entry && entry.FindName() == name)
            {
                return types.Resolve(entry) as StructType;
            }

            int next = info[(hit + 1)..].IndexOf(reference);
            hit = next < 0 ? -1 : hit + 1 + next;
        }

        return null;
    }

    private static bool IsDefinedTwice(DwarfTypes dwarf, BtfCatalog btf, string name)
    {
        string? shape = dwarf.FindStruct(name) is { } found ? Shape(found) : null;
        for (long id = 1; id <= btf.Count; id++)
        {
            if (btf.Resolve(id) is StructType type && type.Name == name && Shape(type) == shape)
            {
                return true;
            }
        }

        return false;
    }

    private static string RunPahole(string pahole, string vmlinux, string[] names)
    {
        var start = new ProcessStartInfo(pahole) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-F");
        start.ArgumentList.Add("btf");
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(string.Join(',', names));
        start.ArgumentList.Add(vmlinux);
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    [GeneratedRegex(@"^struct (\w+) \{\n(.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Layout();

    /// <summary>A member at the outermost level: name or (*name)(…), then /* offset size */ or /* offset: bit size */.</summary>
    [GeneratedRegex(@"^\t[^\t{}/][^{}\n]*?(?:\(\*(\w+)\)\([^\n]*\)|\b(\w+)(?:\[[^\]]*\])*(?::\d+)?);\s*/\*\s*(\d+)(?::\s*(\d+))?\s+\d+\s+\*/", RegexOptions.Multiline)]
    private static partial Regex MemberLine();
}
