alter table inbox drop constraint inbox_check;
