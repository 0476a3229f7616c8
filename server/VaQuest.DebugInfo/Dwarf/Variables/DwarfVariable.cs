// DwarfVariable: a variable or parameter as a function's entries declare it.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>A variable. Its own attributes and those of what it completes (DW_AT_abstract_origin, DW_AT_specification) are put together.</summary>
public sealed class DwarfVariable
{
    private readonly DwarfValue _location;
    private readonly DwarfUnit _locationUnit;
    private readonly DwarfValue _constant;
    private readonly DwarfUnit _constantUnit;
    private readonly int _file;
    private readonly DwarfUnit? _fileUnit;

    internal DwarfVariable(DwarfDie entry, DwarfDie scope, in VariableAttributes attributes)
    {
        Entry = entry;
        Scope = scope;
        Name = attributes.Name;
        Origin = attributes.Origin?.InfoOffset ?? entry.InfoOffset;
        IsParameter = attributes.IsParameter;
        Type = attributes.Type;
        _file = attributes.File;
        _fileUnit = attributes.FileUnit;
        Line = attributes.Line;
        IsDeclaration = attributes.IsDeclaration;
        IsExternal = attributes.IsExternal;
        _location = attributes.Location;
        _locationUnit = attributes.LocationUnit ?? entry.Unit;
        _constant = attributes.Constant;
        _constantUnit = attributes.ConstantUnit ?? entry.Unit;
    }

    public DwarfDie Entry { get; }

    /// <summary>The function, inlined call or lexical block that holds it.</summary>
    public DwarfDie Scope { get; }

    /// <summary>Empty when it has no name.</summary>
    public string Name { get; }

    public bool IsParameter { get; }

    /// <summary>Offset in .debug_info of the entry that it is a copy of, else its own.</summary>
    internal long Origin { get; }

    /// <summary>The entry of its type; null for void or unknown.</summary>
    public DwarfDie? Type { get; }

    /// <summary>The file that declares it, or null.</summary>
    public string? File => _fileUnit?.Lines.FileName(_file);

    /// <summary>1-based line of its declaration, or 0.</summary>
    public int Line { get; }

    /// <summary>True when another unit defines it.</summary>
    public bool IsDeclaration { get; }

    public bool IsExternal { get; }

    /// <summary>True when its constant value was stored as bytes in the machine's order, not as a number.</summary>
    public bool HasConstantBlock => _constant.IsBlock || _constant.Form is DwarfForm.String or DwarfForm.Strp or DwarfForm.LineStrp;

    /// <summary>Where its value is at an instruction. Never throws on data.</summary>
    /// <param name="pc">Address as the debug information has it.</param>
    public VariableSource SourceAt(ulong pc)
    {
        try
        {
            if (_location.IsBlock)
            {
                byte[] code = _locationUnit.BlockOf(_location).ToArray();
                return code.Length > 0 ? new VariableSource(code, null, null) : new VariableSource(null, null, Absence.OptimisedOut);
            }

            if (_location.IsPresent)
            {
                return LocationListReader.Find(_locationUnit, _location, pc, out byte[] expression) switch
                {
                    LocationCoverage.Found when expression.Length > 0 => new VariableSource(expression, null, null),
                    LocationCoverage.NotYet when !IsParameter => new VariableSource(null, null, Absence.NotLive),
                    _ => new VariableSource(null, null, Absence.OptimisedOut),
                };
            }

            return _constant.IsPresent ? new VariableSource(null, ConstantBytes(), null) : new VariableSource(null, null, Absence.OptimisedOut);
        }
        catch (DumpFormatException error)
        {
            return new VariableSource(null, null, Absence.Damaged(error.Message));
        }
    }

    private byte[] ConstantBytes()
    {
        if (_constant.IsBlock)
        {
            return _constantUnit.BlockOf(_constant).ToArray();
        }

        if (_constantUnit.TextOf(_constant) is { IsEmpty: false } text)
        {
            return [.. text, 0];
        }

        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _constant.Bits);
        return bytes;
    }
}
